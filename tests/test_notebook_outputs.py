"""The results in printed text: every form that an edition or a port has printed."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notebook_forms import epoch_lines, ndarray

from gluon_momentum.notebook.outputs import Result, results

W, B = ("2.00156975", "-3.39996433"), "4.19986"


@pytest.mark.parametrize(
    "printed",
    [
        ndarray(W, B),
        f"w: \n[[ {W[0]}  {W[1]}]]\n<NDArray 1x2 @cpu(0)> \nb: \n[ {B}]\n<NDArray 1 @gpu(0)> \n\n",
        f"w: [[ {W[0]} {W[1]}]] b: {B} \n\n",
        f"w: [ {W[0]} {W[1]}]\nb: {B}",
        f"('w:', array([[{W[0]}, {W[1]}]]), 'b:', array([{B}]), '\\n')\n",
        f"w[0]={W[0]}, w[1]={W[1]}, b={B}\n",
        f"w: {W[0]} {W[1]} b: {B}",
        f"weight = [{W[0]}, {W[1]}], bias = {B}",
        f"w: tensor([[{W[0]}],\n        [{W[1]}]], requires_grad=True) \n"
        f"b: tensor([{B}], requires_grad=True)\n",
        f"w: tensor([[{W[0]}, {W[1]}]], device='cuda:0') b: tensor({B}, device='cuda:0')",
        "w: Parameter containing:\n"
        f"tensor([[{W[0]}, {W[1]}]], requires_grad=True) b: Parameter containing:\n"
        f"tensor([{B}], requires_grad=True)",
        "w: <tf.Variable 'Variable:0' shape=(2, 1) dtype=float32, numpy=\n"
        f"array([[{W[0]}],\n       [{W[1]}]], dtype=float32)> \n"
        f"b: <tf.Variable 'Variable:0' shape=(1,) dtype=float32, numpy=array([{B}], "
        "dtype=float32)>",
        "w: tf.Tensor(\n"
        f"[[{W[0]}]\n [{W[1]}]], shape=(2, 1), dtype=float32) "
        f"b: <tf.Tensor: shape=(), dtype=float32, numpy={B}>",
        "w: Tensor(shape=[2, 1], dtype=float32, place=Place(cpu), stop_gradient=False,\n"
        f"       [[{W[0]}],\n        [{W[1]}]])\n"
        "b: Tensor(shape=[1], dtype=float32, place=Place(cpu), stop_gradient=False,\n"
        f"       [{B}])",
    ],
)
def test_parameters_in_every_form(printed):
    assert results(printed) == [Result(W, B, None, ())]


@pytest.mark.parametrize(
    "number",
    ["2", "2.", "-2.5", ".5", "+1", "1e-05", "1.e-05", "-4.64e+01", "1E6", "nan", "inf", "-inf"],
)
def test_numbers_stay_as_printed(number):
    assert results(f"w: [[{number}]\n [ {number}]]\nb: [{number}]") == [
        Result((number, number), number, None, ())
    ]
    assert results(f"loss: {number}, 0.302130 sec per epoch") == [Result((), None, number, ())]


@pytest.mark.parametrize(
    "printed",
    [
        "loss: 0.244321, 0.302130 sec per epoch\n",
        "loss:0.244321\n",
        "Loss = 0.244321",
        "loss 0.244321",
        "loss: tensor(0.244321, grad_fn=<MeanBackward0>)",
        "loss: \n[ 0.244321]\n<NDArray 1 @cpu(0)>",
        "<Figure size 252x180 with 1 Axes>\nloss: 0.244321\n",
    ],
)
def test_a_loss_in_every_form(printed):
    assert results(printed) == [Result((), None, "0.244321", ())]


def test_losses_of_epochs():
    losses = ("5.5845e-04", "6.5758e-05", "4.9267e-05")
    first = "".join(epoch_lines(losses))
    second = "".join(f"epoch {n}, learning rate 0.200000, loss {n}.0\r" for n in (1, 2))
    end = f"w: [[ {W[0]} {W[1]}]] b: {B} \n\n"
    assert results(first + end) == [Result(W, B, losses[-1], losses)]
    assert results(first) == [Result((), None, losses[-1], losses)]
    # The epochs start anew: two calls.
    assert results(first + second) == [
        Result((), None, losses[-1], losses),
        Result((), None, "2.0", ("1.0", "2.0")),
    ]
    # A loss of no epoch ends a call.
    assert results(second + "loss: 0.5, 0.1 sec per epoch\n" + end) == [
        Result((), None, "0.5", ("1.0", "2.0")),
        Result(W, B, None, ()),
    ]


def test_several_results():
    printed = ndarray(("1.0", "2.0"), "3.0") + "loss: 0.1\n" + ndarray(("4.0", "5.0"), "6.0")
    assert [result.b or result.loss for result in results(printed)] == ["3.0", "0.1", "6.0"]


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "epoch 20, x1 -0.943467, x2 -0.000073\n",
        "<Figure size 252x180 with 1 Axes>",
        "w: [[1. 2.]]",
        "b: [4.2]",
        "w: <NDArray 2x1 @cpu(0)> b: 4.2",
        "w: [[1. 2.",
        "w: ]1[ b: 4.2",
        "loss: 0.5abc",
        "glossy 5 val_loss: 0.3",
        "w: [1] loss: [] b:",
    ],
)
def test_what_is_no_result(printed):
    assert results(printed) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    ["loss", "loss ", "loss.", "loss\n\n", "w", "w ", "w: ", "w: [", "b: ", "epoch ", "1", "1-",
     "loss 1 ", "w[0]=1 ", "[", "numpy=", " ", "e1"],
)  # fmt: skip
def test_long_odd_text_takes_no_long_time(piece):
    start = time.process_time()
    results(piece * 20_000)
    results("loss: " + piece * 20_000)
    results("w: " + piece * 20_000 + "b: ")
    # Ten times what it takes; what grows with the square takes minutes.
    assert time.process_time() - start < 10


@given(st.text(st.sampled_from("wb:=[]()., \n\r-+0123456789einfa<>'\"loepch")))
def test_any_text_gives_results_of_numbers(printed):
    for result in results(printed):
        for number in (*result.w, result.b, result.loss, *result.epoch_losses):
            assert number is None or isinstance(float(number), float)
