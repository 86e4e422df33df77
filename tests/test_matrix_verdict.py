"""tools/matrix/verdict.py: one sentence of what was found."""

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


def test_the_sentence_says_how_many_builds_fail():
    counts = verdict.Counts(checks=65, hold=2, agree=20, same=1, cells=4, printed=5)
    assert verdict.english(counts) == (
        "We tried 31 MXNet builds, from 0.12.0 to 2.0 beta: all 65 checks hold on 2 of the 20 on "
        "which this package runs (MXNet 1.1.0 to 1.9.1, Python 3.8 to 3.11); on each of the 20, "
        "`optimize` gives the losses that we recorded in the book's own environment (Python 3.6, "
        "mxnet 1.2.1), and to the last bit on 1; the chapter's own cells give them on each of the "
        "4 others of MXNet 1.2 and 2.0; and on 5 of the 6 of MXNet 0.12 and 1.0, the chapter's "
        "version of 2017 gives what a reader's run printed then."
    )
    assert verdict.chinese(counts) == (
        "我们试了 31 种 MXNet 与 Python 的组合（0.12.0 至 2.0 测试版）：在本库可运行的组合"
        "（MXNet 1.1.0 至 1.9.1，Python 3.8 至 3.11）中，65 项检验在20 种中的 2 种上均通过，"
        "`optimize` 在全部 20 种上给出的损失与我们在书的原环境（Python 3.6，mxnet 1.2.1）中记录的"
        "一致（1 种逐位相同）；在 MXNet 1.2 和 2.0 的其他组合中，书中的代码在全部 4 种上也给出这些"
        "损失；在 MXNet 0.12 和 1.0 的组合中，该节 2017 年的程序在6 种中的 5 种上给出当时读者运行"
        "时打印的数值。"
    )


def test_where_all_are_the_same_it_says_so_once():
    counts = verdict.Counts(checks=65, hold=20, agree=20, same=20, cells=4, printed=6)
    assert "(Python 3.6, mxnet 1.2.1), to the last bit; the" in verdict.english(counts)
    assert "中记录的逐位相同；" in verdict.chinese(counts)


def test_when_the_rows_were_made_and_how_long_it_took(tmp_path):
    fake_rows.add(tmp_path, "3.8-mxnet-1.6.0", stamp=STAMP)
    path = fake_rows.add(tmp_path, "3.8-mxnet-1.9.0", stamp={**STAMP, "seconds": 150})
    assert verdict.made(path, 2, "AMD EPYC") == (
        "Written by `make matrix`; made on 2026-11-25, in 4 minutes, 150 s for the slowest row, on "
        "2 cores of an AMD EPYC."
    )
