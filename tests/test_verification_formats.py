"""Findings as JSON, JUnit's XML and Markdown."""

import json
from xml.etree import ElementTree

from gluon_momentum.verification import formats
from gluon_momentum.verification.check import Check, Finding
from gluon_momentum.verification.suite import select, verify


def test_formats(book):
    checks = select(["chapter.limit", "2019-01.momentum"])
    findings = list(verify(checks, book))
    failed = findings[-1].check._replace(published='"1"', rule="< 2 &", hint="<b>")
    findings[-1] = findings[-1]._replace(check=failed, measured="nan", holds=False)
    text = json.dumps(formats.record(findings, 2000, {"mxnet": "1.9.1"}), allow_nan=False)
    record = json.loads(text)
    assert record["all_hold"] is False
    assert record["checks"][0]["run"] == "2019-01"
    assert set(record["checks"][0]) == {
        "run", "id", "published", "measured", "digits", "p", "rule", "reason", "source", "holds",
        "failure",
    }  # fmt: skip
    root = ElementTree.fromstring(formats.junit(findings))
    assert (root.get("tests"), root.get("failures")) == ("5", "1")
    assert [suite.get("name") for suite in root] == ["2019-01", "chapter"]
    (failure,) = root.iter("failure")
    assert failure.get("message") == findings[-1].failure
    assert '"1" (< 2 &), found nan; this may mean <b>' in findings[-1].failure
    assert formats.counts(findings) == "Checks: 5; hold: 4; do not hold: 1."


def test_a_markdown_table_has_a_row_for_each_check(book):
    findings = list(verify(select(["chapter.limit", "chapter.power", "2019-01.momentum"]), book))
    rule = "|a - b| at most 1"
    changed = findings[-1].check._replace(published="0.95**20", rule=rule)
    findings[-1] = findings[-1]._replace(check=changed, holds=False)
    _, line, *rows = formats.markdown(findings).splitlines()
    assert line == "| --- | --- | --- | --- | --- | --- |"
    for row, finding in zip(rows[:-1], findings[:-1]):
        name, published, ours, agreeing, _, verdict = (
            cell.strip() for cell in row.split("|")[1:-1]
        )
        assert name == finding.check.id
        assert (published, ours, verdict) == (finding.check.published, finding.measured, "holds")
        assert agreeing == finding.agreeing
    assert rows[1].split(" | ")[4] == "as above"
    # As the characters themselves, not as the end of a cell and as emphasis.
    assert r"| 0.95\*\*20 | " in rows[-1]
    assert rows[-1].endswith(r" | \|a - b\| at most 1 | does not hold |")


def made_up(id, holds, rule="within 1", **parts):
    check = Check(id, "2.0", rule, "why", "where", "a fault", None)
    return Finding(check, "2.5", holds, **parts)


FINDINGS = [
    made_up("2018-08.end", True, digits=0.625),
    made_up("2018-08.curve", False, p=0.001),
    made_up("chapter.limit", True, "within 2"),
]
FAILURE = "expected 2.0 (within 1), found 2.5; this may mean a fault"


def test_a_record_says_everything():
    assert formats.record(FINDINGS, 300, {"mxnet": "1.9.1"}) == {
        "environment": {"mxnet": "1.9.1"},
        "shuffles": 300,
        "all_hold": False,
        "checks": [
            {
                "run": finding.check.run,
                "id": finding.check.id,
                "published": "2.0",
                "measured": "2.5",
                "digits": finding.digits,
                "p": finding.p,
                "rule": finding.check.rule,
                "reason": "why",
                "source": "where",
                "holds": finding.holds,
                "failure": None if finding.holds else FAILURE,
            }
            for finding in FINDINGS
        ],
    }
    assert formats.record(FINDINGS[:1], 300, {})["all_hold"] is True


def test_junit_to_the_letter():
    assert formats.junit(FINDINGS).splitlines() == [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<testsuites tests="3" failures="1" errors="0">'
        '<testsuite name="2018-08" tests="2" failures="1" errors="0">'
        '<testcase classname="2018-08" name="2018-08.end">'
        "<system-out>published 2.0, ours 2.5: within 1</system-out></testcase>"
        '<testcase classname="2018-08" name="2018-08.curve">'
        f'<failure message="{FAILURE}" />'
        "<system-out>published 2.0, ours 2.5: within 1</system-out></testcase></testsuite>"
        '<testsuite name="chapter" tests="1" failures="0" errors="0">'
        '<testcase classname="chapter" name="chapter.limit">'
        "<system-out>published 2.0, ours 2.5: within 2</system-out></testcase></testsuite>"
        "</testsuites>",
    ]


def test_a_table_of_one_run_does_not_repeat_its_name():
    rows = formats.markdown(FINDINGS[:2]).splitlines()[2:]
    assert [row.split()[1] for row in rows] == ["end", "curve"]


def test_markdown_to_the_letter():
    assert formats.markdown(FINDINGS).splitlines() == [
        "| check | published | ours | digits | what must hold | verdict |",
        "| --- | --- | --- | --- | --- | --- |",
        "| 2018-08.end | 2.0 | 2.5 | 0.6 | within 1 | holds |",
        "| 2018-08.curve | 2.0 | 2.5 |  | as above | does not hold |",
        "| chapter.limit | 2.0 | 2.5 |  | within 2 | holds |",
    ]
