"""The WARS Monte Carlo in numpy, in two ways: what the benchmarks measure Ringside's predictor against.

It says which numpy it runs on. Then each line that it reads is one prediction to make, as JSON, and each
line that it writes is what came out: the chance of a fresh read at each time, t-visibility, and the
latencies' quantiles. It ends where its input ends.

    python wars.py whole     # arrays of all trials at once, sorted by numpy: as one writes it
    python wars.py blocks    # blocks of trials that stay in the processor's cache, and no sort a trial
"""

import functools
import json
import sys

import numpy as np

# How many trials are in a block: a leg of so many takes 128 KB.
BLOCK = 16_384

TAILS = [0.99, 0.999]
LATENCIES = [0.5, 0.99, 0.999]


def draw(rng, size, delay, mixture):
    """Delays of one leg, in milliseconds; `mixture` draws where there are two parts."""
    [(family, of)] = delay.items()
    if family == "exponential":
        return of["mean_ms"] * rng.standard_exponential(size)
    if family == "pareto":
        return of["scale_ms"] * (1.0 - rng.random(size)) ** (-1.0 / of["shape"])
    if family == "mixture":
        [(body, first), (tail, second)] = of
        return mixture(rng, size, body / (body + tail), first, second)
    raise ValueError(f"no delays of the family {family} here")


def choose(rng, size, share, first, second):
    """A mixture as one writes it: choose a part for each, and draw both parts for all."""
    chosen = rng.random(size) < share
    return np.where(chosen, draw(rng, size, first, choose), draw(rng, size, second, choose))


def split(rng, size, share, first, second):
    """A mixture of a Pareto body and an exponential tail, from one uniform draw each."""
    scale_ms, shape = first["pareto"]["scale_ms"], first["pareto"]["shape"]
    luck = 1.0 - rng.random(size)
    # Within its own part of the draws each family's luck runs over (0, 1], but for a hair that keeps
    # the logarithm finite; beyond it comes out a number that nobody takes.
    body = (luck * (1.0 / share)) ** (-1.0 / shape)
    body *= scale_ms
    tail = np.log((1.0 + 1e-15 - luck) * (1.0 / (1.0 - share)))
    tail *= -second["exponential"]["mean_ms"]
    return np.where(luck <= share, body, tail)


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
    """Brings the `count` smallest of each trial to the front, with what each carries; gives the last."""
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
    """As `whole`, block by block, and each replica a column of its own."""
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


def predict(rng, way, trials, times_ms, n, r, w, legs):
    threshold, read, write = way(rng, trials, n, r, w, legs)
    # Whole sorts, because numpy does them in less time than it finds several quantiles.
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
    way = {"whole": whole, "blocks": blocks}[sys.argv[1]]
    generator = {"whole": np.random.PCG64, "blocks": np.random.SFC64}[sys.argv[1]]
    rng = np.random.Generator(generator(7))
    print(np.__version__, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        wars = asked["wars"]
        if wars["reads_to"] != "all" or wars["legs"]["remote_ms"] != 0:
            raise ValueError("reads to some, and far replicas, are not done here")
        sizes = [wars[it] for it in "nrw"]
        answer = predict(rng, way, asked["trials"], asked["times_ms"], *sizes, wars["legs"])
        print(json.dumps(answer, default=float), flush=True)


main()
