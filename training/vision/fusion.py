"""Fit `recommender/vision/fusion.json`: `python -m training fusion`.

The samples of `fusion_samples` are kept in WORK/fusion.npz, so that fits and ablations take seconds. Weights, logistic
regressions and thresholds are fitted on the tune split (`splits.is_report`) and measured on the report split.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from recommender.vision.fusion import CARD, Context, Model
from training.vision.calibration import calibration_error
from training.vision.evaluation import named_class
from training.vision.fusion_samples import FEATURES, FLOOR, KIND_SLUGS, SOURCES, Samples, collect, load, save
from training.vision.intervals import interval

FLAT_FEATURES: Final = FEATURES[:4]  # alone on a picture, a garment has no relative area
MIN_RECALL_ALONE: Final = 0.995  # of single garments on the tune split: at most so many may min_garment cost
MIN_RECALL: Final = 0.98  # of worn garments on the tune split, where min_garment is chosen
RIDGE: Final = 0.01  # pulls weights towards the classifier alone
SOURCES_OF: Final = {
    Context.FLAT_LAY: ("segmentation", "classifier"),
    Context.PACKSHOT: ("segmentation", "classifier"),
    Context.ON_MODEL: ("segmentation", "classifier", "person"),
    Context.PACKSHOT_ON_MODEL: ("segmentation", "classifier", "person"),
}
_ABLATIONS: Final = (
    ("segmentation",),
    ("classifier",),
    ("segmentation", "classifier"),
    SOURCES,
)


def fit_weights(logs: np.ndarray, allowed: np.ndarray, sources: Sequence[str]) -> np.ndarray:
    """(s,) non-negative exponents that minimise the loss of partial labels, the sources not named at 0.

    logs: (n, s, k). allowed: (n, k). The ridge pulls towards 1 for the classifier and 0 for the others.
    """
    used = [SOURCES.index(name) for name in sources]
    start = np.array([float(name == "classifier") for name in sources])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        p = pooled(logs[:, used], weights)
        right = np.maximum((p * allowed).sum(1, keepdims=True), 1e-12)
        slope = np.einsum("nk,nsk->s", p - p * allowed / right, logs[:, used]) / len(logs)
        far = weights - start
        return float(-np.log(right).mean() + RIDGE * (far**2).sum()), slope + 2 * RIDGE * far

    found = minimize(loss, start, jac=True, bounds=[(0, None)] * len(used), method="L-BFGS-B")
    weights = np.zeros(len(SOURCES))
    weights[used] = found.x
    return weights


def pooled(logs: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(n, k) probabilities by log-linear pooling. logs: (n, s, k). weights: (s,)."""
    logits = np.einsum("nsk,s->nk", logs, weights)
    raised = np.exp(logits - logits.max(1, keepdims=True))
    return raised / raised.sum(1, keepdims=True)


def fit_is_garment(samples: Samples, names: Sequence[str], *, balanced: bool) -> dict[str, float]:
    """feature -> coefficient, with `intercept`.

    balanced: both classes count alike, as where the number of pictures without a garment is nobody's base rate.
    """
    columns = [FEATURES.index(name) for name in names]
    fit = LogisticRegression(C=1.0, class_weight="balanced" if balanced else None, max_iter=1000)
    fit.fit(samples.features[:, columns], samples.garment)
    return {"intercept": float(fit.intercept_[0]), **dict(zip(names, map(float, fit.coef_[0]), strict=True))}


def garment_probabilities(samples: Samples, coefficients: Mapping[str, float]) -> np.ndarray:
    """(n,) by a fitted regression."""
    names = [name for name in coefficients if name != "intercept"]
    columns = samples.features[:, [FEATURES.index(name) for name in names]]
    logits = coefficients["intercept"] + columns @ np.array([coefficients[name] for name in names])
    return np.asarray(1 / (1 + np.exp(-logits)))


def fit_context(tune: Samples, context: Context, sources: Sequence[str] | None = None) -> Model:
    """The model of one context. tune: of all contexts, the tune split alone."""
    here = tune.where(tune.context == context)
    known = here.where(here.allowed.sum(1) > 0)
    silent = [name for number, name in enumerate(SOURCES) if not known.logs[:, number].any()]
    weights = fit_weights(
        known.logs, known.allowed, [name for name in sources or SOURCES_OF[context] if name not in silent]
    )
    told = {name: round(float(weight), 3) for name, weight in zip(SOURCES, weights, strict=True) if weight > 0}
    judged = here.where((here.garment >= 0) & ~np.isnan(here.features).any(1))
    if context is not Context.ON_MODEL:
        # Few pictures without a garment pass detection: flat lay and packshots share one regression.
        flat = np.isin(tune.context, (Context.FLAT_LAY, Context.PACKSHOT))
        judged = tune.where(flat & (tune.garment >= 0))
    if context is Context.PACKSHOT_ON_MODEL:
        return Model(told, {}, 0.0, 0.0)
    on_model = context is Context.ON_MODEL
    coefficients = fit_is_garment(judged, FEATURES if on_model else FLAT_FEATURES, balanced=not on_model)
    probability = garment_probabilities(judged, coefficients)
    rounded = {name: round(value, 3) for name, value in coefficients.items()}
    if not on_model:
        own = judged.context == context
        kept = threshold_for(probability[own], judged.garment[own], MIN_RECALL_ALONE)
        return Model(told, rounded, round(min(0.5, kept), 3), 0.0)
    # Likelier none than a garment, it is kept out of the closet; almost surely none, it is discarded.
    return Model(told, rounded, round(threshold_for(probability, judged.garment, MIN_RECALL), 3), 0.5)


def threshold_for(probability: np.ndarray, garment: np.ndarray, recall: float) -> float:
    """The highest threshold that keeps `recall` of the garments. probability, garment: (n,)."""
    return float(np.quantile(probability[garment == 1], 1 - recall))


def kind_right(samples: Samples, weights: Mapping[str, float]) -> np.ndarray:
    """(n,) whether the likeliest kind is one that the label allows with weight 1."""
    p = pooled(samples.logs, np.array([weights.get(name, 0.0) for name in SOURCES]))
    return np.asarray(samples.allowed[np.arange(len(p)), p.argmax(1)] >= 0.99)


def ten_classes_right(samples: Samples, weights: Mapping[str, float]) -> np.ndarray:
    """(n,) whether the likeliest of the ten closet classes is the label."""
    p = pooled(samples.logs, np.array([weights.get(name, 0.0) for name in SOURCES]))
    named = [named_class(dict(zip(KIND_SLUGS, map(float, row), strict=True)))[0] for row in p]
    return np.array(named) == samples.label


def figures(samples: Samples, contexts: Mapping[Context, Model]) -> dict[str, Any]:
    """Figure -> value, 95 % interval and n, of the samples given."""
    told: dict[str, Any] = {}
    for context, model in contexts.items():
        here = samples.where(samples.context == context)
        known = here.where(here.allowed.sum(1) > 0)
        if len(known.unit):
            told[f"kind, {context.value}"] = _figure(kind_right(known, model.weights), known.unit)
        classes = here.where(here.label != "")
        if len(classes.unit):
            told[f"ten closet classes, {context.value}"] = _figure(
                ten_classes_right(classes, model.weights), classes.unit
            )
        judged = here.where((here.garment >= 0) & ~np.isnan(here.features[:, :4]).any(1))
        if model.is_garment and len(set(judged.garment.tolist())) == 2:
            probability = garment_probabilities(judged, model.is_garment)
            truth = judged.garment == 1
            kept = probability >= model.min_garment
            told[f"is a garment: ROC AUC, {context.value}"] = round(float(roc_auc_score(truth, probability)), 4)
            told[f"is a garment: calibration error, {context.value}"] = round(calibration_error(probability, truth), 4)
            told[f"is a garment: recall, {context.value}"] = _figure(kept[truth], judged.unit[truth])
            told[f"is a garment: rejected of none, {context.value}"] = _figure(~kept[~truth], judged.unit[~truth])
    return told


def _figure(right: np.ndarray, units: np.ndarray) -> dict[str, Any]:
    low, high = interval(right, units)
    return {"value": round(float(right.mean()), 4), "interval": [round(low, 4), round(high, 4)], "n": len(right)}


def ablation(samples: Samples) -> list[str]:
    """One line a context and set of sources: the right kind on the report split, and the gain over the classifier."""
    lines = []
    tune, report = samples.where(~samples.report), samples.where(samples.report)
    for context in Context:
        known = report.where((report.context == context) & (report.allowed.sum(1) > 0))
        alone = None
        for sources in _ABLATIONS:
            fitted = tune.where((tune.context == context) & (tune.allowed.sum(1) > 0))
            if not len(known.unit) or not all(fitted.logs[:, SOURCES.index(name)].any() for name in sources):
                continue
            right = kind_right(known, fit_context(tune, context, sources).weights)
            alone = right if sources == ("classifier",) else alone
            told = _figure(right, known.unit)
            gain = (
                ""
                if alone is None
                else "{:+.4f} [{:+.4f}, {:+.4f}]".format(
                    float(right.mean() - alone.mean()), *interval(right.astype(float) - alone, known.unit)
                )
            )
            lines.append(
                f"{context.value:<18} {' + '.join(sources):<38} "
                f"{told['value']:.4f} {told['interval']} n={told['n']} {gain}"
            )
    return lines


def write_card(samples: Samples, path: Path = CARD) -> dict[str, Any]:
    """Fit on the tune split, measure on the report split, write the card. Returns its metrics."""
    tune, report = samples.where(~samples.report), samples.where(samples.report)
    contexts = {context: fit_context(tune, context) for context in Context}
    now = dt.datetime.now(dt.UTC)
    record = {
        "key": f"fusion-{now:%Y%m%d-%H%M}",
        "date": now.date().isoformat(),
        "licence": "MIT, of these numbers; see training_data for what they were fitted to",
        "training_data": [
            "clothing-dataset by Alexey Grigorev (CC0)",
            "Fashion Product Images (Kaggle, MIT as stated there)",
            "clothing-co-parsing (Apache-2.0 file)",
        ],
        "splits": {
            "tune": _counts(tune),
            "report": _counts(report),
            "how": "validation senders, products and street photos of training.vision.splits, halved by a hash of each",
        },
        "metrics": figures(report, contexts),
        "rebuild": "python -m training fusion",
        "floor": FLOOR,
        "contexts": {context.value: vars(model) for context, model in contexts.items()},
        "notes": json.loads(CARD.read_text(encoding="utf-8")).get("notes", {}),  # of earlier ablations
    }
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return dict(record["metrics"])


def _counts(samples: Samples) -> dict[str, int]:
    names, counts = np.unique(samples.source, return_counts=True)
    return {f"regions of {name}": int(count) for name, count in zip(names, counts, strict=True)}


def fit(data: Path, work: Path, threads: int) -> None:
    """The command: collect once, then fit, print the ablation and the figures, and write the card."""
    path = work / "fusion.npz"
    if not path.exists():
        save(collect(data, threads), path)
    samples = load(path)
    print(*ablation(samples), sep="\n")
    for name, value in write_card(samples).items():
        print(f"{name}: {value}")
