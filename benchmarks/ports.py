"""What `compare` says of the published ports of the 2019 edition: a table of docs/compare.md.

usage: python benchmarks/ports.py
"""

from gluon_momentum.checks.measured import published_cases
from gluon_momentum.comparison.calls import Call
from gluon_momentum.comparison.compare import judge_together
from gluon_momentum.published import ports


def main():
    print("| port | printed | p of its four calls | verdict | explained by |")
    print("| --- | --- | --- | --- | --- |")
    for port in ports():
        cases = zip(published_cases(port), port.results)
        calls = [Call("", case, result.losses) for case, result in cases]
        found = judge_together(calls, any_data=True)
        printed = ", ".join(call.printed[0] for call in calls)
        ps = ", ".join(f"{each.p:.2g}" for each in found.calls)
        explained = "; ".join(
            f"call {number}: {mistake.name} (p {p:.2f})"
            for number, each in enumerate(found.calls, 1)
            for mistake, p in each.explained
        )
        source = f"{port.source.repository}, {port.source.date}"
        print(f"| {source} | {printed} | {ps} | {found.verdict} | {explained} |")


if __name__ == "__main__":
    main()
