"""The WARS Monte Carlo in numpy, in two implementations: the peer of Ringside's predictor in the benchmarks.

It first prints the version of numpy. Then each input line is one prediction to make, as JSON, and each
output line is its result: the probability of a fresh read at each time, t-visibility, and the
quantiles of the latencies. It ends at the end of its input.

    python wars.py whole     # arrays of all trials at once, sorted by numpy: the usual style
    python wars.py blocks    # blocks of trials that fit the processor's cache, without a sort per trial
"""

import functools
import json
import sys

import numpy as np

# The trials in a block: one leg of a block takes 128 KB.
BLOCK = 16_384

TAILS = [0.99, 0.999]
LATENCIES = [0.5, 0.99, 0.999]


def draw(rng, size, delay, mixture):
    """Delays of one leg, in milliseconds; `mixture` draws those of two parts."""
    [(family, of)] = delay.items()
    if family == "exponential":
        return of["mean_ms"] * rng.standard_exponential(size)
    if family == "pareto":
        return of["scale_ms"] * (1.0 - rng.random(size)) ** (-1.0 / of["shape"])
    if family == "mixture":
        [(body, first), (tail, second)] = of
        return mixture(rng, size, body / (body + tail), first, second)
    raise ValueError(f"delays of the family {family} are not supported")


def choose(rng, size, share, first, second):
    """A mixture in the usual style: choose a part for each delay, and draw both parts for all."""
    chosen = rng.random(size) < share
    return np.where(chosen, draw(rng, size, first, choose), draw(rng, size, second, choose))


def split(rng, size, share, first, second):
    """A mixture of a Pareto body and an exponential tail, from one uniform draw each."""
    scale_ms, shape = first["pareto"]["scale_ms"], first["pareto"]["shape"]
    uniform = 1.0 - rng.random(size)
    # Each family's part of the draws, rescaled, covers (0, 1], but for a small constant that keeps the
    # logarithm finite; outside its part the result is not used.
    body = (uniform * (1.0 / share)) ** (-1.0 / shape)
    body *= scale_ms
    tail = np.log((1.0 + 1e-15 - uniform) * (1.0 / (1.0 - share)))
    tail *= -second["exponential"]["mean_ms"]
    return np.where(uniform <= share, body, tail)


def whole(rng, trials, n, r, w, legs):
    """Thresholds, reads and writes of all trials, in milliseconds."""
    to, back, asking, answering = (draw(rng, (trials, n), legs[leg], choose) for leg in "wars")
    write = np.sort(to + back, axis=1)[:, w - 1]
    reads = asking + answering
    order = np.argsort(reads, axis=1)
    read = np.take_along_axis(reads, order[:, r - 1 : r], axis=1)[:, 0]
    gaps = np.take_along_axis(to - asking, order[:, :r], axis=1).min(axis=1)
    return np.maximum(gaps - write, 0.0), read, write


def smallest(columns, count, carried=None):
    """Moves the `count` smallest of each trial to the front, with their carried values; returns the last."""
    for place in range(count):
        for index in range(place + 1, len(columns)):
            here, there = columns[place], columns[index]
            if carried is not None:
                swap = there < here
                one, other = carried[place], carried[index]
                carried[place] = np.where(swap, other, one)
                carried[index] = np.where(swap, one, other)
            columns[place] = np.minimum(here, there)
            columns[index] = np.maximum(here, there)
    return columns[count - 1]


def blocks(rng, trials, n, r, w, legs):
    """The same as `whole`, block by block, with one column per replica."""
    found = [np.empty(trials) for _ in range(3)]
    for start in range(0, trials, BLOCK):
        size = min(BLOCK, trials - start)
        acks, reads, gaps = [], [], []
        for _ in range(n):
            to, back, asking, answering = (draw(rng, size, legs[leg], split) for leg in "wars")
            acks.append(to + back)
            reads.append(asking + answering)
            gaps.append(to - asking)
        part = slice(start, start + size)
        write = found[2][part] = smallest(acks, w)
        found[1][part] = smallest(reads, r, gaps)
        gap = functools.reduce(np.minimum, gaps[:r])
        np.maximum(gap - write, 0.0, out=found[0][part])
    return found


def predict(rng, implementation, trials, times_ms, n, r, w, legs):
    threshold, read, write = implementation(rng, trials, n, r, w, legs)
    # Full sorts, because in numpy they are faster than finding several quantiles.
    for column in (threshold, read, write):
        column.sort()

    def at(column, quantiles):
        return [column[int(np.ceil(trials * it)) - 1] for it in quantiles]

    return {
        "p_consistent": list(np.searchsorted(threshold, times_ms, side="right") / trials),
        "t_visibility_ms": at(threshold, TAILS),
        "read_ms": at(read, LATENCIES),
        "write_ms": at(write, LATENCIES),
    }


def main():
    implementation = {"whole": whole, "blocks": blocks}[sys.argv[1]]
    generator = {"whole": np.random.PCG64, "blocks": np.random.SFC64}[sys.argv[1]]
    rng = np.random.Generator(generator(7))
    print(np.__version__, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        wars = request["wars"]
        if wars["reads_to"] != "all" or wars["legs"]["remote_ms"] != 0:
            raise ValueError("reads to a quorum and remote replicas are not supported")
        sizes = [wars[it] for it in "nrw"]
        answer = predict(rng, implementation, request["trials"], request["times_ms"], *sizes, wars["legs"])
        print(json.dumps(answer, default=float), flush=True)


main()
