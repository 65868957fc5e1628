from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

from worlds import FORSAKRINGSKASSAN, SETS, SOMEBODY_ELSE, certificate, result_of

from gateway.sandbox.story import enveloped


def test_c02_the_same_certificate_a_hundred_times_at_once_is_kept_once_and_delivered_once(world):
    for kind in SETS:
        world.consent(kind)
    content = enveloped(certificate())

    with ThreadPoolExecutor(20) as pool:
        results = [result_of(answer)[:2] for answer in pool.map(world.post, [content] * 100)]
    world.deliver()

    assert sorted(set(results)) == [("INFO", "Certificate already exists"), ("OK", "")]
    assert results.count(("OK", "")) == 1
    assert [len(world.agencies[kind].requests) for kind in SETS] == [1, 1, 1]


def test_the_same_content_written_otherwise_is_the_same(world):
    world.hand_in()
    other = certificate().decode()
    other = re.sub(r"(?<=[</])t:", "types:", other).replace("xmlns:t=", "xmlns:types=")
    other = re.sub(r">\s+<", "><", other)
    other = other.replace("<?xml", "<?xml", 1).replace("<r:intyg>", "<r:intyg><!-- samma -->")

    assert world.hand_in(other.encode(), expecting="INFO") == "Certificate already exists"


def test_attributes_in_another_order_are_the_same(world):
    world.hand_in()
    other = certificate().replace(b'xmlns:r="', b'xmlns:unused="urn:x" xmlns:r="', 1)

    world.hand_in(other, expecting="INFO")


def test_c03_the_same_id_with_other_content_is_refused_and_changes_nothing(world):
    world.consent(FORSAKRINGSKASSAN)
    world.hand_in()

    text = world.hand_in(certificate().replace(b"kv\xc3\xa4llspass", b"nattpass"), expecting="ERROR")
    world.deliver()

    assert "Intygs-id" in text
    [bundle] = world.agencies[FORSAKRINGSKASSAN].received
    assert "kvällspass" in str(bundle)


def test_blanks_inside_a_text_are_content(world):
    world.hand_in()

    world.hand_in(certificate().replace(b"Inga nattpass och", b"Inga nattpass  och"), expecting="ERROR")


def test_c04_the_same_id_for_another_person_is_refused_and_tells_nothing_of_the_first(world):
    world.hand_in()

    text = world.hand_in(certificate(person=SOMEBODY_ELSE), expecting="ERROR")

    assert "1990" not in text
    assert text == world.hand_in(certificate().replace(b"kv\xc3\xa4llspass", b"nattpass"), expecting="ERROR")
