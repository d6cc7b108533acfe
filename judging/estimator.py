"""The arithmetic behind `judging.ranking`: arrays in, posterior means, weights and draws out.

Pure (numpy, scipy). It knows entries and reviewers as numbers only, decides nothing, and is called by nobody
but `judging.ranking`. N entries, R reviewers, T reviews; y in points about their mean. Formulas: Patterson
and Thompson 1971 (restricted likelihood), Henderson 1975 (mixed-model equations), Platt and Burges 2012
(spread and noise by reviewer), Lange, Little and Taylor 1989 (t weights).
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import expit, logsumexp

RATIO_Q = np.array([0.02, 0.06, 0.12, 0.25, 0.45, 0.7, 1, 1.5, 2.2, 3.5, 6, 12])  # τ²/σ²
RATIO_B = np.array([0.001, 0.03, 0.08, 0.18, 0.35, 0.6, 1, 1.6, 2.5, 4.5, 9])  # ω²/σ²
SPREAD_SD = 0.2  # how much reviewers' spread differs, before seeing any mark
NU = 8.0  # degrees of the t; the study had 15: 8 finds as many and yields less to who pushes a favourite
NU0 = 12.0  # reviews that a reviewer's own noise needs to count as much as the pooled noise
SWEEPS = 30
DRAWS = 2048  # a power of two, so that the P are exact and add up to N exactly
# What spread, noise and robust weights seem to explain where there is nothing to explain, per review: 0.07 to
# 0.1 in simulations of 80 to 1,200 reviews, whatever their number (at NU). Only what is above speaks for them.
SPURIOUS = 0.095
DOUBT = 0.25  # how gently trust goes from 0 to 1, in units of the square root of the reviews
CONSTANT = 1e-3  # weight of a reviewer whose marks are all the same: they tell entries apart not at all
BLOCK = 400_000  # entries × draws held at a time
DENSE = 200_000  # entries × reviewers up to which a full table is faster than a sparse one


@dataclass(frozen=True)
class Marks:
    """T reviews as arrays, sorted by entry: `i` entry, `j` reviewer, `y` points; `constant` (R,) who gives
    always the same mark."""

    size: tuple[int, int]  # N, R
    i: np.ndarray
    j: np.ndarray
    y: np.ndarray
    constant: np.ndarray

    @property
    def base(self) -> np.ndarray:
        """(T,) weight of each review before any fit: next to none for a reviewer with constant marks."""
        if self.constant.all():
            return np.ones(len(self.y))
        return np.where(self.constant[self.j], CONSTANT, 1.0)


# ---- Step 1: the additive model on a grid ----


@dataclass
class Cells:
    """Posterior of y = μ + b + q + ε over the grid: means, and what draws need (one list item per τ²/σ²)."""

    weight: np.ndarray  # (12, 11), adds up to 1
    evidence: float  # log of the restricted likelihood, averaged over the grid
    table: np.ndarray | sparse.csr_array  # (N, R) weights
    n: np.ndarray
    sums: np.ndarray
    degrees: int
    parts: list[tuple]
    icc: float  # τ²/(τ²+ω²+σ²): what one review is worth
    icc_free: float  # τ²/(τ²+σ²): with severity taken out
    mu: float = 0.0
    b: np.ndarray | float = 0.0
    q: np.ndarray | float = 0.0
    var_b: np.ndarray | float = 0.0
    sigma2: float = 0.0
    tau2: float = 0.0
    omega2: float = 0.0


def additive(marks: Marks, y: np.ndarray, w: np.ndarray) -> Cells:
    """Entries eliminated, reviewers diagonalised once per τ²/σ²: then every ω²/σ² costs next to nothing."""
    size, i, j = marks.size, marks.i, marks.j
    table = sparse.csr_array((w, (i, j)), shape=size)
    if size[0] * size[1] <= DENSE:
        table = table.toarray()
    turned = table.T if isinstance(table, np.ndarray) else table.T.tocsr()
    n, m = np.bincount(i, w, size[0]), np.bincount(j, w, size[1])
    sums, by_reviewer, squares = np.bincount(i, w * y, size[0]), np.bincount(j, w * y, size[1]), w @ (y * y)
    degrees = max(4, int((marks.base == 1).sum()) - 1)  # T - 1, whoever is constant not counted
    parts, logs = [], []
    for ratio in RATIO_Q:
        inverse = 1 / (n + 1 / ratio)
        if isinstance(table, np.ndarray):
            scaled = table * inverse[:, None]
        else:
            data = table.data * np.repeat(inverse, np.diff(table.indptr))
            scaled = sparse.csr_array((data, table.indices, table.indptr), shape=size)
        gram = turned @ scaled
        gram = gram if isinstance(gram, np.ndarray) else gram.toarray()
        roots, basis = np.linalg.eigh(np.diag(m) - gram)
        s = basis.T @ (m - turned @ (n * inverse))
        right = basis.T @ (by_reviewer - turned @ (sums * inverse))
        d = 1 / (np.maximum(roots, 0) + 1 / RATIO_B[:, None])  # (11, R)
        corner = np.sum(n - n * n * inverse) - d @ (s * s)
        right0 = np.sum(sums) - n @ (sums * inverse)
        mu = (right0 - d @ (s * right)) / corner
        turned_b = d * (right - s * mu[:, None])
        rss = squares - sums @ (sums * inverse) - right0 * mu - turned_b @ right
        rss = np.maximum(rss, 1e-9 * squares + 1e-12)
        log_det = np.log(corner) - np.log(d / RATIO_B[:, None]).sum(1) + np.log1p(n * ratio).sum()
        logs.append(-0.5 * (degrees * np.log(rss) + log_det))
        parts.append((inverse, basis, s, right, d, corner, mu, turned_b, rss))
    # half-Cauchy on the ratio of standard deviations, as a density in log ρ, times the width of a cell
    prior = [np.log(np.sqrt(g) / (1 + g) * np.gradient(np.log(g))) for g in (RATIO_Q, RATIO_B)]
    weight = np.array(logs) + prior[0][:, None] + prior[1]
    evidence = logsumexp(weight)
    weight = np.exp(weight - evidence)
    weight /= weight.sum()  # the logs are large, so that the difference is exact to a few digits less
    icc = float(np.sum(weight * (RATIO_Q[:, None] / (1 + RATIO_Q[:, None] + RATIO_B))))
    icc_free = float(weight.sum(1) @ (RATIO_Q / (1 + RATIO_Q)))
    cells = Cells(weight, float(evidence), table, n, sums, degrees, parts, icc, icc_free)
    for ratio, p, (inverse, basis, s, _, d, corner, mu, turned_b, rss) in zip(
        RATIO_Q, weight, parts, strict=True
    ):
        b, mean, sigma2 = basis @ (p @ turned_b), p @ mu, rss / (degrees - 2)
        cells.mu += mean
        cells.b = cells.b + b
        cells.q = cells.q + inverse * (sums * p.sum() - n * mean - table @ b)
        cells.sigma2 += p @ sigma2
        cells.tau2 += p @ sigma2 * ratio
        cells.omega2 += p @ (sigma2 * RATIO_B)
        cells.var_b = (
            cells.var_b + (basis**2) @ ((p * sigma2) @ d) + ((basis @ (d * s).T) ** 2) @ (p * sigma2 / corner)
        )
    return cells


# ---- Step 2: spread, noise and outlying marks ----


def sweeps(
    marks: Marks, y: np.ndarray, start: Cells, nu: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """EM for spread a (R,), noise s² (R,), robust weights (T,) and the pooled noise; y is centred."""
    (size_n, size_r), i, j, base = marks.size, marks.i, marks.j, marks.base
    mu, b, tau2, omega2, pooled = start.mu, start.b.copy(), start.tau2, start.omega2, start.sigma2
    a, s2, w = np.ones(size_r), np.full(size_r, pooled), np.ones(len(y))
    count, tight = np.bincount(j, base, size_r), 1 / SPREAD_SD**2
    for _ in range(SWEEPS):
        u, rest = base * w / s2[j], y - mu - b[j]
        v = 1 / (np.bincount(i, u * a[j] ** 2, size_n) + 1 / tau2)
        q = v * np.bincount(i, u * a[j] * rest, size_n)
        q -= q.mean()
        qe, free = q[i], y - mu
        bb = np.bincount(j, u, size_r) + 1 / omega2
        ba = np.bincount(j, u * qe, size_r)
        aa = np.bincount(j, u * (qe * qe + v[i]), size_r) + tight
        rb = np.bincount(j, u * free, size_r)
        ra = np.bincount(j, u * qe * free, size_r) + tight
        determinant = bb * aa - ba * ba
        b, a, var_b = (aa * rb - ba * ra) / determinant, (bb * ra - ba * rb) / determinant, aa / determinant
        a = np.clip(a, 0.2, 3)
        a /= a.mean()
        r2 = (y - mu - b[j] - a[j] * qe) ** 2 + a[j] ** 2 * v[i] + var_b[j]
        w = (nu + 1) / (nu + r2 / s2[j])
        noise = base * w * r2
        pooled = (pooled + noise.sum() / base.sum()) / 2
        s2 = (NU0 * pooled + np.bincount(j, noise, size_r)) / (NU0 + count)
        tau2 = (tau2 + np.mean(q * q + v)) / 2
        omega2 = (omega2 + np.mean(b * b + var_b)) / 2
    return a, s2, w, pooled


# ---- Step 3: the additive model on marks freed of spread and noise ----


@dataclass(frozen=True)
class Fit:
    """The two answers, and how far the second is trusted.

    `first` is the additive fit of the raw marks (about `centre`), `second` that of the marks freed of spread
    and noise, in the panel's unit (about `mean`); `trust` from 0 to 1 is the weight of the second. Averaged
    by it: `adjusted` (N,) points, `severity` (R,) points, `fair` (T,) each mark as the panel would have given
    it, `share` (T,) each review's share in its entry. `a`, `s` (R,) spread and noise, `pooled` the common
    noise.
    """

    first: Cells
    second: Cells
    centre: float
    mean: float
    trust: float
    a: np.ndarray
    s: np.ndarray
    pooled: float
    adjusted: np.ndarray
    severity: np.ndarray
    fair: np.ndarray
    share: np.ndarray


def fit(marks: Marks, nu: float) -> Fit:
    """Steps 1 to 3 on `marks`; deterministic. Needs marks that are not all equal."""
    i, j, centre = marks.i, marks.j, marks.y.mean()
    y = marks.y - centre
    first = additive(marks, y, marks.base)
    a, s2, robust, pooled = sweeps(marks, y, first, nu)
    w = marks.base * robust * a[j] ** 2 / s2[j]
    w *= len(w) / w.sum()
    mean = w @ y / w.sum()
    z = (y - mean) / a[j]
    second = additive(marks, z, w)
    trust = 1.0
    if nu >= NU:  # a refit that is to doubt outlying marks doubts them
        said = marks.base == 1
        gain = second.evidence - first.evidence + 0.5 * np.log(w[said]).sum() - np.log(a[j][said]).sum()
        trust = float(expit((gain - SPURIOUS * said.sum()) / (DOUBT * np.sqrt(said.sum()))))
    mean += centre

    def averaged(plain, freed):
        return (1 - trust) * plain + trust * freed

    return Fit(
        first,
        second,
        centre,
        mean,
        trust,
        a,
        np.sqrt(s2),
        float(np.sqrt(pooled)),
        adjusted=averaged(centre + first.mu + first.q, mean + second.mu + second.q),
        severity=averaged(first.b, a * second.b),
        fair=averaged(marks.y - first.b[j], mean + z - second.b[j]),
        share=averaged(marks.base / first.n[i], w / second.n[i]),
    )


# ---- Step 4: draws ----


def draws(found: Fit, seed: int):
    """Yield (quality (n, N), severity (n, R)), points, in blocks, DRAWS rows in all, from the two
    posteriors."""
    rng = np.random.default_rng(seed)
    freed = round(DRAWS * found.trust)
    yield from _drawn(found.second, rng, freed, found.mean, found.a)
    yield from _drawn(found.first, rng, DRAWS - freed, found.centre, np.ones_like(found.a))


def _drawn(cells: Cells, rng: np.random.Generator, number: int, offset: float, unit: np.ndarray):
    block = max(1, BLOCK // len(cells.n))
    hits = rng.multinomial(number, cells.weight.ravel()).reshape(cells.weight.shape)
    for row, (inverse, basis, s, right, d, corner, mu, _, rss) in zip(hits, cells.parts, strict=True):
        sizes = [
            (cell, min(block, row[cell] - at))
            for cell in np.flatnonzero(row)
            for at in range(0, row[cell], block)
        ]
        for cell, size in sizes:
            sd = np.sqrt(rss[cell] / rng.chisquare(cells.degrees, size))[:, None]
            mean = mu[cell] + sd * rng.standard_normal((size, 1)) / np.sqrt(corner[cell])
            noise = sd * np.sqrt(d[cell]) * rng.standard_normal((size, len(s)))
            b = (d[cell] * (right - s * mean) + noise) @ basis.T
            q = (cells.sums - mean * cells.n - (cells.table @ b.T).T) * inverse
            q += sd * np.sqrt(inverse) * rng.standard_normal(q.shape)
            yield offset + mean + q, b * unit


def chances(found: Fit, seed: int, top: int, pairs: np.ndarray) -> tuple[np.ndarray, ...]:
    """P(among the `top` best) (N,), adding up to `top`; SD of quality (N,) and of severity (R,) in points;
    P(i above j) per row of `pairs` (n, 2)."""
    size = len(found.adjusted)
    count, above = np.zeros(size), np.zeros(len(pairs))
    sums = [np.zeros((2, size)), np.zeros((2, len(found.severity)))]
    for q, b in draws(found, seed):
        best = (
            np.argpartition(q, size - top, axis=1)[:, size - top :] if top < size else np.indices(q.shape)[1]
        )
        count += np.bincount(best.ravel(), minlength=size)
        above += (q[:, pairs[:, 0]] > q[:, pairs[:, 1]]).sum(0)
        for total, off in zip(sums, (q - found.adjusted, b - found.severity), strict=True):
            total += off.sum(0), (off * off).sum(0)
    sd = [np.sqrt(np.maximum(squares - total**2 / DRAWS, 0) / DRAWS) for total, squares in sums]
    return count / DRAWS, sd[0], sd[1], above / DRAWS
