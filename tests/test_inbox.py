"""Reports are kept until somebody closes them, nothing tells who sent them, and floods are kept out."""

import sqlite3
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finder import inbox as inbox_module
from finder.errors import Misuse, ReportsUnavailable
from finder.inbox import KINDS, PER_NETWORK, Inbox, NetworkKeys, Report

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def report(**changes: object) -> Report:
    fields = {"id": 0, "clinic": "woods-asheville-nc", "kind": "phone", "text": "It is 828 555 0199"}
    return Report.model_validate({**fields, "sent": TODAY, **changes})


@pytest.fixture
def box(tmp_path: Path) -> Inbox:
    return Inbox(tmp_path / "new" / "reports.sqlite")


def test_a_report_is_listed_as_it_was_sent(box: Inbox) -> None:
    box.add(report(kind="offer", about="kap"))
    assert box.open_reports() == [report(id=1, kind="offer", about="kap")]


def test_before_the_first_report_the_list_is_empty_and_no_file_is_made(box: Inbox) -> None:
    assert box.open_reports() == []
    assert not box.path.exists()


def test_reports_are_listed_oldest_first_and_numbers_are_never_used_again(box: Inbox) -> None:
    for text in "abc":
        box.add(report(text=text))
    box.close(3, TODAY)
    box.add(report(text="d"))
    assert [(one.id, one.text) for one in box.open_reports()] == [(1, "a"), (2, "b"), (4, "d")]


def test_the_same_report_twice_stands_once_and_may_come_again_when_closed(box: Inbox) -> None:
    box.add(report())
    box.add(report())
    assert len(box.open_reports()) == 1
    box.close(1, TODAY)
    box.add(report())
    assert [one.id for one in box.open_reports()] == [2]


def test_a_closed_report_is_gone_and_its_text_erased_from_the_file(box: Inbox) -> None:
    box.add(report(text="xyzzyplugh " * 20))
    box.close(1, TODAY)
    assert box.open_reports() == []
    assert b"xyzzyplugh" not in box.path.read_bytes()


def test_closing_what_is_not_open_says_so(box: Inbox) -> None:
    with pytest.raises(Misuse, match="there is no open report 7"):
        box.close(7, TODAY)


def test_a_network_may_send_a_few_an_hour_and_others_are_not_held_up(box: Inbox) -> None:
    keys = NetworkKeys(TODAY)
    here = keys.network("192.0.2.1", TODAY)
    assert [box.may_send(here, NOW) for _ in range(PER_NETWORK + 1)] == [True] * PER_NETWORK + [False]
    assert box.may_send(keys.network("198.51.100.1", TODAY), NOW)
    assert not box.may_send(here, NOW + timedelta(minutes=59))
    assert box.may_send(here, NOW + timedelta(minutes=60))


def test_the_limit_holds_over_processes_that_share_the_file(box: Inbox) -> None:
    here = NetworkKeys(TODAY, b"k" * 32).network("192.0.2.1", TODAY)
    again = NetworkKeys(TODAY, b"k" * 32).network("192.0.2.99", TODAY)
    assert here == again
    said = [Inbox(box.path).may_send(key, NOW) for key in [here, again] * PER_NETWORK]
    assert said.count(True) == PER_NETWORK


def test_everybody_together_is_limited_too(box: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_module, "ALL_NETWORKS", 3)
    assert [box.may_send(bytes([n]), NOW) for n in range(4)] == [True, True, True, False]


def test_a_clock_that_was_set_back_does_not_lock_anybody_out(box: Inbox) -> None:
    here = b"h" * 16
    for _ in range(PER_NETWORK):
        assert box.may_send(here, NOW + timedelta(days=400))
    assert box.may_send(here, NOW)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.254", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("2001:db8:1::1", "2001:db8:1:ffff::9", True),
        ("2001:db8:1::1", "2001:db8:2::1", False),
        ("::ffff:192.0.2.1", "192.0.2.9", True),
        ("", "no address", True),
    ],
)
def test_addresses_of_one_network_count_as_one(one: str, other: str, same: bool) -> None:
    keys = NetworkKeys(TODAY)
    assert (keys.network(one, TODAY) == keys.network(other, TODAY)) == same


def test_workers_agree_on_a_network_for_a_day_and_forget_it_the_next() -> None:
    one, other = NetworkKeys(TODAY, b"k" * 32), NetworkKeys(TODAY, b"k" * 32)
    tomorrow = TODAY + timedelta(days=1)
    today = one.network("192.0.2.1", TODAY)
    assert one.network("192.0.2.1", tomorrow) == other.network("192.0.2.1", tomorrow) != today
    assert one.network("192.0.2.1", TODAY) != today


def test_two_servers_have_different_keys() -> None:
    assert NetworkKeys(TODAY).network("192.0.2.1", TODAY) != NetworkKeys(TODAY).network("192.0.2.1", TODAY)


def test_no_address_and_no_time_of_day_is_in_the_file(box: Inbox) -> None:
    box.may_send(NetworkKeys(TODAY).network("192.0.2.77", TODAY), NOW)
    box.add(report())
    content = box.path.read_bytes()
    assert b"192.0.2" not in content
    assert b"12:00" not in content
    with sqlite3.connect(box.path) as db:
        assert db.execute("SELECT sent FROM report").fetchone() == ("2026-11-22",)


def test_a_full_inbox_takes_no_more(box: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_module, "MAX_OPEN", 2)
    box.add(report(text="a"))
    box.add(report(text="b"))
    with pytest.raises(ReportsUnavailable, match="close some"):
        box.add(report(text="c"))
    assert len(box.open_reports()) == 2


@pytest.mark.parametrize("where", ["folder", "garbage", "unwritable"])
def test_a_file_that_cannot_be_used_says_so(tmp_path: Path, where: str) -> None:
    path = tmp_path / "reports.sqlite"
    if where == "folder":
        path.mkdir()
    elif where == "garbage":
        path.write_bytes(b"not a database" * 100)
    else:
        path = Path("/proc/reports.sqlite")
    with pytest.raises(ReportsUnavailable, match="cannot be used"):
        Inbox(path).add(report())
    if where != "unwritable":
        with pytest.raises(ReportsUnavailable):
            Inbox(path).open_reports()


def test_a_failure_in_the_middle_keeps_nothing(box: Inbox) -> None:
    box.add(report())
    with pytest.raises(ZeroDivisionError), box._writing() as db:
        db.execute("DELETE FROM report")
        _ = 1 / 0
    assert len(box.open_reports()) == 1


@given(st.text(max_size=50))
def test_any_address_gives_a_key_of_one_length(address: str) -> None:
    assert len(NetworkKeys(TODAY).network(address, TODAY)) == 16


def test_every_kind_has_words() -> None:
    assert all(label[0].isupper() for label in KINDS.values())
