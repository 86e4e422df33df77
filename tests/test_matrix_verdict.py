"""tools/matrix/verdict.py: what was found, in a few sentences."""

import fake_rows
from fake_rows import SAME, STAMP

from tools.matrix import verdict


def test_what_holds_what_agrees_and_what_is_the_same_to_the_bit_is_counted(tmp_path):
    apart = {**SAME, "ratio": 0.02, "agrees": False}
    fake_rows.add(tmp_path, "3.8-mxnet-1.6.0", verify=fake_rows.verified(), here=SAME)
    near = {**SAME, "ratio": 1e-6}
    fake_rows.add(tmp_path, "3.8-mxnet-1.9.0", verify=fake_rows.verified("a.b"), here=near)
    fake_rows.add(tmp_path, "3.9-mxnet-1.9.1", verify=fake_rows.verified(), here=apart)
    fake_rows.add(tmp_path, "3.11-mxnet-1.9.1", failed="install", install="")
    fake_rows.add(tmp_path, "3.6-mxnet-1.2.1", here=SAME)  # the book's own: not one of the others
    fake_rows.add(tmp_path, "3.6-mxnet-1.2.0", here=SAME)
    fake_rows.add(tmp_path, "3.8-mxnet-2.0.0b1", here=apart)
    fake_rows.add(tmp_path, "3.6-mxnet-0.12.0", compare=fake_rows.compared())
    fake_rows.add(tmp_path, "3.6-mxnet-0.12.1", compare=fake_rows.compared(11))
    fake_rows.add(tmp_path, "3.6-mxnet-1.0.0.post4", compare=fake_rows.compared(0, 12))
    assert verdict.count(tmp_path) == (3, 2, 2, 1, 1, 2)


def test_it_says_on_how_many_builds_what_holds():
    counts = verdict.Counts(checks=65, hold=2, agree=20, same=1, cells=4, printed=5)
    assert verdict.english(counts).splitlines() == [
        "We tried 31 MXNet builds, from 0.12.0 to 2.0 beta. In one of them, the book's own (Python "
        "3.6, mxnet 1.2.1), we recorded the losses of the three experiments. Of the others:",
        "",
        "- 20 run this package (MXNet 1.1.0 to 1.9.1, Python 3.8 to 3.11). On 2 of the 20, all 65 "
        "checks of `gluon-momentum verify` hold; on each of the 20, `optimize` gives the recorded "
        "losses, on 1 to the last bit.",
        "- 4 run the chapter's own code (MXNet 1.2 and 2.0). On each of the 4, it gives the "
        "recorded losses.",
        "- 6 run the chapter's version of 2017 (MXNet 0.12 and 1.0). On 5 of the 6, it gives what "
        "a published run of that version printed.",
    ]
    assert verdict.chinese(counts).splitlines() == [
        "我们试了 31 种 MXNet 与 Python 的组合（MXNet 0.12.0 至 2.0 测试版）。其中一种是书的原环境"
        "（Python 3.6，mxnet 1.2.1），我们在那里记录了三个实验的损失。其余的组合中：",
        "",
        "- 20 种能运行本库（MXNet 1.1.0 至 1.9.1，Python 3.8 至 3.11）：其中 2 种通过 "
        "`gluon-momentum verify` 的 65 项检验；全部给出的损失与记录的一致（1 种逐位相同）。",
        "- 4 种能运行书中的代码（MXNet 1.2 和 2.0）：全部给出记录的损失。",
        "- 6 种能运行该节 2017 年的程序（MXNet 0.12 和 1.0）：其中 5 种给出该程序的一次已发表的运行"
        "所打印的数值。",
    ]


def test_where_all_are_the_same_it_says_so_once():
    counts = verdict.Counts(checks=65, hold=20, agree=20, same=20, cells=4, printed=6)
    assert "`optimize` gives the recorded losses, to the last bit.\n" in verdict.english(counts)
    assert "全部给出的损失与记录的逐位相同。\n" in verdict.chinese(counts)


def test_when_the_rows_were_made_and_how_long_it_took(tmp_path):
    fake_rows.add(tmp_path, "3.8-mxnet-1.6.0", stamp=STAMP)
    path = fake_rows.add(tmp_path, "3.8-mxnet-1.9.0", stamp={**STAMP, "seconds": 150})
    assert verdict.made(path, 2, "AMD EPYC") == (
        "Written by `make matrix`; made on 2026-11-25, in 4 minutes, 150 s for the slowest row, on "
        "2 cores of an AMD EPYC."
    )
