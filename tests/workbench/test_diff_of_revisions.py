"""`map diff` between revisions of a repository."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from benching import FULL, MAPPINGS, change, copied, map_json, run_map

GIT = shutil.which("git") or pytest.skip("there is no git here", allow_module_level=True)
ENGINEER = ("-c", "user.name=An engineer", "-c", "user.email=engineer@example.org")


def git(folder, *arguments):
    subprocess.run([GIT, *ENGINEER, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def mappings(tmp_path, monkeypatch):
    """A repository with the installed rules at the tag v1, and the working directory somewhere in it."""
    folder = copied(tmp_path)
    shutil.copytree(MAPPINGS.parent / "schemas", tmp_path / "schemas")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message=First")
    git(tmp_path, "tag", "v1")
    monkeypatch.chdir(folder / "certificates")
    return folder


def test_a_revision_is_compared_with_another_and_with_a_folder(mappings):
    change(mappings / "certificates" / "parts" / "sjukskrivning.yaml", "Nedsatt arbetsförmåga", "Sänkt arbetsförmåga")

    told = map_json("diff", "v1", mappings, FULL.parent, status=1)

    assert {one["change"] for one in told["groups"]} == {"text changed"}
    assert map_json("diff", "v1", "HEAD", FULL.parent)["groups"] == []


def test_a_revision_is_judged_by_its_own_profiles(mappings, tmp_path):
    profiles = (mappings.parent / "schemas" / "fhir").rglob("*-sjukskrivning-fjardedelar.json")
    for profile in profiles:
        profile.unlink()
    git(mappings, "commit", "--quiet", "--all", "--message=Second")

    (tmp_path / "messages").mkdir()
    shutil.copy(FULL, tmp_path / "messages")
    told = map_json("diff", "v1", "HEAD", tmp_path / "messages", status=1)

    assert {one["change"] for one in told["groups"]} == {"held now"}


def test_a_revision_that_is_older_than_a_contract_can_still_be_compared(mappings):
    (mappings.parent / "schemas" / "riv" / "revoke-certificate-2.xsd").unlink()
    git(mappings, "commit", "--quiet", "--all", "--message=Second")

    assert map_json("diff", "v1", "HEAD", FULL.parent)["groups"] == []


def test_rules_in_words_that_are_not_known_here_are_told_with_their_revision(mappings):
    change(mappings / "certificates" / "parts" / "yrke.yaml", "    section:", "    sektion:")
    git(mappings, "commit", "--quiet", "--all", "--message=Second")

    told = run_map("diff", "v1", "HEAD", FULL.parent, status=1)

    assert "the rules of HEAD are not in the words that are known here: mappings/certificates/parts/yrke.yaml:7" in told


@pytest.mark.parametrize("name", ["v2", "--output=x", "v1:mappings", ""])
def test_what_is_neither_a_folder_nor_a_revision_is_said_to_be_neither(mappings, name):
    assert "neither a folder nor a revision" in run_map("diff", "--", name, "v1", FULL.parent, status=1)


def test_a_folder_without_a_repository_has_no_revisions(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))

    assert "neither a folder nor a revision" in run_map("diff", "v1", "HEAD", FULL.parent, status=1)
