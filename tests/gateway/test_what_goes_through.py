"""What an official rule lets pass goes through, and of what a sender only calls something nothing goes out."""

from __future__ import annotations

import re

from whole_certificates import changed, mapped, sample, sets_of


def test_whatever_a_sender_says_of_a_code_besides_holds_nothing():
    said = "<t:codeSystemName>ICD</t:codeSystemName><t:codeSystemVersion>10</t:codeSystemVersion>"
    text = re.sub(r"(<t:cv>.*?</t:codeSystem>)", rf"\1{said}", sample(), flags=re.DOTALL)
    text = text.replace("</t:cv>", "<t:originalText>F43</t:originalText></t:cv>")

    assert said in text
    assert mapped(text).unmapped == ()


def test_a_day_with_a_zone_is_that_day():
    [before] = re.findall(r'<c:delsvar id="1.2">([^<]+)</c:delsvar>', sample())[:1]
    document = mapped(changed(f'<c:delsvar id="1.2">{before}<', f'<c:delsvar id="1.2">{before}Z<'))

    assert document.problems == ()
    assert f"{before}Z" not in str([one.body for one in sets_of(sample())])


def test_what_a_sender_calls_a_title_or_a_position_goes_to_nobody():
    for title in ("legitimeratYrke", "befattning"):
        text = sample(1)
        [display] = re.findall(rf"<\w+:{title}\b.*?<t:displayName>([^<]+)<.*?</\w+:{title}>", text, re.DOTALL)[:1]
        text = text.replace(f"<t:displayName>{display}<", "<t:displayName>Zebra okapi<")

        assert "Zebra okapi" in text
        assert not any(b"Zebra okapi" in one.body for one in sets_of(text))
