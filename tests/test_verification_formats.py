"""Findings as JSON, JUnit's XML and Markdown."""

import json
from xml.etree import ElementTree

from gluon_momentum.verification import formats
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
        "run", "id", "published", "measured", "rule", "reason", "source", "holds", "failure"
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
    assert line == "| --- | --- | --- | --- | --- |"
    for row, finding in zip(rows[:-1], findings[:-1]):
        name, published, ours, _, verdict = (cell.strip() for cell in row.split("|")[1:-1])
        assert f"{finding.check.run}.{name}" == finding.check.id
        assert (published, ours, verdict) == (finding.check.published, finding.measured, "holds")
    assert rows[1].split(" | ")[3] == "as above"
    # As the characters themselves, not as the end of a cell and as emphasis.
    assert r"| 0.95\*\*20 | " in rows[-1]
    assert rows[-1].endswith(r" | \|a - b\| at most 1 | does not hold |")
