from __future__ import annotations

import pytest

from gateway.commands.sole import sole_worker
from gateway.errors import ConfigurationError
from gateway.settings import Settings


def test_a_second_worker_of_the_same_name_is_refused_and_one_of_another_name_is_not(tmp_path):
    settings = Settings(database=tmp_path / "samsyn.db")

    with sole_worker(settings):
        with pytest.raises(ConfigurationError, match="SAMSYN_WORKER"), sole_worker(settings):
            pass
        with sole_worker(settings.model_copy(update={"worker": "another"})):
            pass


def test_a_name_is_free_again_when_its_worker_has_ended(tmp_path):
    settings = Settings(database=tmp_path / "samsyn.db")

    for _ in range(2):
        with sole_worker(settings):
            pass
