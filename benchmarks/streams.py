"""The first weights of 20,000 seeds: drawn by NumPy, and by MXNet, of a tenth of the seeds.

Both are measured in this one run; the ratio printed is of the times for a seed.
"""

import time

import gluon_momentum as gm
from gluon_momentum.streams import first_weights

SEEDS = 20_000


def by_mxnet(seeds):
    for seed in seeds:
        gm.seed(seed)
        [w, _], _ = gm.init_params(num_inputs=2)
        w.asnumpy()


def seconds_for_a_seed(draw, seeds):
    start = time.perf_counter()
    draw(seeds)
    return (time.perf_counter() - start) / len(seeds)


def main():
    by_mxnet(range(10))  # which imports it
    ours = seconds_for_a_seed(lambda seeds: first_weights(seeds, 2), range(SEEDS))
    theirs = seconds_for_a_seed(by_mxnet, range(SEEDS // 10))
    print(f"{SEEDS:,} seeds: {ours * SEEDS:.2f} s; MXNet takes {theirs / ours:.0f} times as long")


if __name__ == "__main__":
    main()
