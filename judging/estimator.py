"""The arithmetic behind `judging.ranking`: arrays in, posterior means, weights and draws out.

Pure (numpy, scipy). It knows entries and reviewers as numbers only, decides nothing, and is called by nobody
but `judging.ranking`. N entries, R reviewers, T reviews; y in points about their mean. Formulas: Patterson
and Thompson 1971 (restricted likelihood), Henderson 1975 (mixed-model equations), Platt and Burges 2012
(spread and noise by reviewer), Lange, Little and Taylor 1989 (t weights).
"""

from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

RATIO_Q = np.array([0.02, 0.06, 0.12, 0.25, 0.45, 0.7, 1, 1.5, 2.2, 3.5, 6, 12])  # τ²/σ²
RATIO_B = np.array([0.001, 0.03, 0.08, 0.18, 0.35, 0.6, 1, 1.6, 2.5, 4.5, 9])  # ω²/σ²
SPREAD_SD = 0.2  # how much reviewers' spread differs, before seeing any mark
NU = 15.0  # degrees of the t: 15 doubts an outlying mark a little, 4 a lot
NU0 = 12.0  # reviews that a reviewer's own noise needs to count as much as the pooled noise
SWEEPS = 30
DRAWS = 2048  # a power of two, so that the P are exact and add up to N exactly
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


# ---- Step 1: the additive model on a grid-------------------------------------------------------


@dataclass
class Cells:
    """Posterior of y = μ + b + q + ε over the grid: means, and what draws need (one list item per τ²/σ²)."""

    weight: np.ndarray  # (12, 11), adds up to 1
    mu: float
    b: np.ndarray
    q: np.ndarray
    var_b: np.ndarray
    sigma2: float
    tau2: float
    omega2: float
    table: np.ndarray | sparse.csr_array  # (N, R) weights
    n: np.ndarray
    sums: np.ndarray
    degrees: int
    parts: list[tuple] = field(default_factory=list)
    icc: float = 0.0  # τ²/(τ²+ω²+σ²): what one review is worth
    icc_free: float = 0.0  # τ²/(τ²+σ²): with severity taken out


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
            gram = (table * inverse[:, None]).T @ table
        else:
            gram = (
                turned
                @ sparse.csr_array(
                    (table.data * np.repeat(inverse, np.diff(table.indptr)), table.indices, table.indptr),
                    shape=size,
                )
            ).toarray()
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
        logs.append(
            -0.5
            * (
                degrees * np.log(rss)
                + np.log(corner)
                - np.log(d * (1 / RATIO_B)[:, None]).sum(1)
                + np.log1p(n * ratio).sum()
            )
        )
        parts.append((inverse, basis, s, right, d, corner, mu, turned_b, rss))
    # half-Cauchy on the ratio of standard deviations, as a density in log ρ, times the width of a cell
    prior = [np.log(np.sqrt(g) / (1 + g) * np.gradient(np.log(g))) for g in (RATIO_Q, RATIO_B)]
    weight = np.array(logs) + prior[0][:, None] + prior[1]
    weight = np.exp(weight - weight.max())
    weight /= weight.sum()
    cells = Cells(
        weight,
        0.0,
        np.zeros(size[1]),
        np.zeros(size[0]),
        np.zeros(size[1]),
        0.0,
        0.0,
        0.0,
        table,
        n,
        sums,
        degrees,
        parts,
    )
    cells.icc = float(np.sum(weight * (RATIO_Q[:, None] / (1 + RATIO_Q[:, None] + RATIO_B))))
    cells.icc_free = float(weight.sum(1) @ (RATIO_Q / (1 + RATIO_Q)))
    for ratio, p, (inverse, basis, s, _, d, corner, mu, turned_b, rss) in zip(
        RATIO_Q, weight, parts, strict=True
    ):
        b, mean, sigma2 = basis @ (p @ turned_b), p @ mu, rss / (degrees - 2)
        cells.mu += mean
        cells.b += b
        cells.q += inverse * (sums * p.sum() - n * mean - table @ b)
        cells.sigma2 += p @ sigma2
        cells.tau2 += p @ sigma2 * ratio
        cells.omega2 += p @ (sigma2 * RATIO_B)
        cells.var_b += (basis**2) @ ((p * sigma2) @ d) + ((basis @ (d * s).T) ** 2) @ (p * sigma2 / corner)
    return cells


# ---- Step 2: spread, noise and outlying marks---------------------------------------------------


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


# ---- Step 3: the additive model on marks freed of spread and noise------------------------------


@dataclass(frozen=True)
class Fit:
    """`adjusted` (N,) points; `cells` posterior in the panel's unit; `z` (T,) marks in that unit about
    `mean`, with weights `w` of mean 1; `first` the additive fit of the raw marks; a, s (R,) spread and noise;
    `pooled` noise."""

    adjusted: np.ndarray
    mean: float
    cells: Cells
    first: Cells
    z: np.ndarray
    w: np.ndarray
    a: np.ndarray
    s: np.ndarray
    pooled: float


def fit(marks: Marks, nu: float) -> Fit:
    """Steps 1 to 3 on `marks`; deterministic. Needs marks that are not all equal."""
    y = marks.y - marks.y.mean()
    first = additive(marks, y, marks.base)
    a, s2, robust, pooled = sweeps(marks, y, first, nu)
    w = marks.base * robust * a[marks.j] ** 2 / s2[marks.j]
    w *= len(w) / w.sum()
    mean = w @ y / w.sum()
    z = (y - mean) / a[marks.j]
    cells = additive(marks, z, w)
    mean += marks.y.mean()
    return Fit(mean + cells.mu + cells.q, mean, cells, first, z, w, a, np.sqrt(s2), float(np.sqrt(pooled)))


# ---- Step 4: draws------------------------------------------------------------------------------


def draws(cells: Cells, seed: int):
    """Yield (quality (n, N), severity (n, R)) in blocks, DRAWS rows in all, from the posterior of the
    grid."""
    rng = np.random.default_rng(seed)
    block = max(1, BLOCK // len(cells.q))
    hits = rng.multinomial(DRAWS, cells.weight.ravel()).reshape(cells.weight.shape)
    for row, (inverse, basis, s, right, d, corner, mu, _, rss) in zip(hits, cells.parts, strict=True):
        blocks = [
            (cell, min(block, row[cell] - done))
            for cell in np.flatnonzero(row)
            for done in range(0, row[cell], block)
        ]
        for cell, size in blocks:
            sd = np.sqrt(rss[cell] / rng.chisquare(cells.degrees, size))[:, None]
            mean = mu[cell] + sd * rng.standard_normal((size, 1)) / np.sqrt(corner[cell])
            turned = d[cell] * (right - s * mean) + sd * np.sqrt(d[cell]) * rng.standard_normal(
                (size, len(s))
            )
            b = turned @ basis.T
            q = (cells.sums - mean * cells.n - (cells.table @ b.T).T) * inverse
            q += sd * np.sqrt(inverse) * rng.standard_normal(q.shape)
            yield mean + q, b


def chances(cells: Cells, seed: int, top: int, pairs: np.ndarray) -> tuple[np.ndarray, ...]:
    """P(among the `top` best) (N,), adding up to `top`; SD of quality (N,) and of severity (R,); P(i above j)
    per row of `pairs` (n, 2)."""
    size_n, size_r = len(cells.q), len(cells.b)
    count, above = np.zeros(size_n), np.zeros(len(pairs))
    q_sum, q_square, b_sum, b_square = np.zeros(size_n), np.zeros(size_n), np.zeros(size_r), np.zeros(size_r)
    for q, b in draws(cells, seed):
        first = (
            np.argpartition(q, size_n - top, axis=1)[:, size_n - top :] if top < size_n else np.arange(size_n)
        )
        count += np.bincount(np.ravel(first), minlength=size_n) * (1 if top < size_n else len(q))
        above += (q[:, pairs[:, 0]] > q[:, pairs[:, 1]]).sum(0)
        q, b = q - cells.mu - cells.q, b - cells.b
        q_sum += q.sum(0)
        q_square += (q * q).sum(0)
        b_sum += b.sum(0)
        b_square += (b * b).sum(0)
    sd = [
        np.sqrt(np.maximum(square / DRAWS - (total / DRAWS) ** 2, 0))
        for total, square in ((q_sum, q_square), (b_sum, b_square))
    ]
    return count / DRAWS, sd[0], sd[1], above / DRAWS
