"""Distributions beside torch's: numbers drawn, log probabilities, entropies, gradients, words."""

import warnings

import numpy as np
import pytest
import torch

from gradviz.engine import torch as gv_torch


def t(p, *values, **options):
    return p.tensor(list(values), **options)


DISTRIBUTIONS = {
    "categorical": lambda p, d: d.Categorical(t(p, 0.1, 0.2, 0.7)),
    "categorical logits": lambda p, d: d.Categorical(logits=p.linspace(-2, 1, 12).reshape(3, 4)),
    "categorical batch": lambda p, d: d.Categorical(probs=p.arange(1.0, 7).reshape(2, 3)),
    "one hot": lambda p, d: d.OneHotCategorical(t(p, 0.1, 0.2, 0.7)),
    "multinomial": lambda p, d: d.Multinomial(7, t(p, 0.1, 0.2, 0.7)),
    "multinomial logits": lambda p, d: d.Multinomial(4, logits=p.linspace(-2, 1, 6).reshape(2, 3)),
    "bernoulli": lambda p, d: d.Bernoulli(t(p, 0.1, 0.5, 0.9)),
    "bernoulli number": lambda p, d: d.Bernoulli(0.3),
    "bernoulli logits": lambda p, d: d.Bernoulli(logits=t(p, -2.0, 0.0, 3.0)),
    "binomial": lambda p, d: d.Binomial(10, t(p, 0.1, 0.5, 0.9)),
    "binomial many": lambda p, d: d.Binomial(200, t(p, 0.02, 0.3, 0.9)),
    "geometric": lambda p, d: d.Geometric(t(p, 0.1, 0.5, 0.9)),
    "poisson": lambda p, d: d.Poisson(t(p, 0.5, 4.0, 30.0)),
    "normal": lambda p, d: d.Normal(0.0, 1.0),
    "normal batch": lambda p, d: d.Normal(t(p, -1.0, 0.0, 5.0), t(p, 0.5, 1.0, 3.0)),
    "normal mixed": lambda p, d: d.Normal(0.5, p.ones(2, 3) * 2),
    "normal double": lambda p, d: d.Normal(p.zeros(3).double(), 2.0),
    "log normal": lambda p, d: d.LogNormal(t(p, 0.0, 1.0), t(p, 0.5, 0.25)),
    "half normal": lambda p, d: d.HalfNormal(t(p, 0.5, 2.0)),
    "uniform": lambda p, d: d.Uniform(-1.0, 3.0),
    "uniform batch": lambda p, d: d.Uniform(t(p, 0.0, 1.0), t(p, 2.0, 5.0)),
    "exponential": lambda p, d: d.Exponential(t(p, 0.5, 2.0)),
    "laplace": lambda p, d: d.Laplace(t(p, 0.0, 1.0), t(p, 0.5, 2.0)),
    "gamma": lambda p, d: d.Gamma(t(p, 0.5, 2.0, 9.0), t(p, 1.0, 3.0, 0.5)),
    "chi2": lambda p, d: d.Chi2(t(p, 1.0, 4.0)),
    "beta": lambda p, d: d.Beta(t(p, 0.5, 2.0), t(p, 1.5, 5.0)),
    "beta numbers": lambda p, d: d.Beta(2.0, 3.0),
    "dirichlet": lambda p, d: d.Dirichlet(t(p, 0.5, 2.0, 4.0)),
    "multivariate": lambda p, d: d.MultivariateNormal(p.zeros(2), t(p, [2.0, 0.5], [0.5, 1.0])),
    "multivariate factor": lambda p, d: d.MultivariateNormal(p.ones(3, 2), scale_tril=t(p, [2.0, 0.0], [0.5, 1.0])),
    "multivariate precision": lambda p, d: d.MultivariateNormal(
        p.ones(2), precision_matrix=t(p, [2.0, 0.5], [0.5, 1.0])
    ),
    "independent": lambda p, d: d.Independent(d.Normal(p.zeros(2, 3), p.ones(2, 3)), 1),
}
# Means, variances and so on, where a distribution has them.
PROPERTIES = ("mean", "variance", "stddev", "mode", "probs", "logits", "batch_shape", "event_shape", "has_rsample")


def words_and_numbers(value):
    if hasattr(value, "numpy"):
        return (str(value.dtype), tuple(value.shape)), np.ravel(value.detach().numpy()).tolist()
    return value, []


def asked(action):
    """(what it is, its numbers), or the error."""
    try:
        return words_and_numbers(action())
    except (NotImplementedError, AttributeError, ValueError) as error:
        return (type(error).__name__.replace("NotThereYetError", "AttributeError"),), []


def everything(package, case):
    """What is drawn, of what type, and the words and numbers of all that can be asked of a distribution."""
    own = DISTRIBUTIONS[case](package, package.distributions)
    words, numbers = [repr(own), repr(own.support), type(own).__module__], []
    package.manual_seed(5)
    samples = own.sample((4,))
    drawn = [own.sample(), own.sample((2, 3)), samples, package.rand(1)]
    questions = [lambda name=name: getattr(own, name) for name in PROPERTIES]
    questions += [own.entropy, lambda: own.log_prob(samples), own.perplexity]
    if case not in ("gamma", "chi2"):  # whose cdf needs torch.special.gammainc
        questions.append(lambda: own.cdf(samples))
    questions += [lambda: own.enumerate_support(), lambda: own.enumerate_support(expand=False)]
    questions += [lambda: own.icdf(package.full((1,), 0.3)), lambda: own.expand((5, *own.batch_shape)).sample()]
    questions += [lambda: own.expand((5, *own.batch_shape)).log_prob(own.sample((5,)))]
    for question in questions:
        word, values = asked(question)
        words.append(str(word))
        numbers += values
    return [each.tolist() for each in drawn], [str(each.dtype) for each in drawn], words, numbers


@pytest.mark.parametrize("case", DISTRIBUTIONS)
def test_everything_that_can_be_asked(case):
    answers = [everything(package, case) for package in (gv_torch, torch)]
    assert answers[0][1:3] == answers[1][1:3]
    for ours, theirs in zip(answers[0][0], answers[1][0], strict=True):
        # What is computed from the numbers that are drawn may differ in a last bit.
        np.testing.assert_allclose(ours, theirs, rtol=3e-7, atol=1e-37)
    np.testing.assert_allclose(answers[0][3], answers[1][3], rtol=2e-5, atol=2e-6)


def graph_names(tensor):
    names, node = [], tensor.grad_fn
    while node is not None:
        names.append(node.name())
        node = next((each for each, _ in node.next_functions if each is not None), None)
    return names


LEARNED = {
    "categorical": lambda p, d, w: d.Categorical(logits=w).log_prob(p.tensor(1)),
    "categorical probs": lambda p, d, w: d.Categorical(p.softmax(w, -1)).log_prob(p.tensor([1, 0])),
    "categorical entropy": lambda p, d, w: d.Categorical(logits=w).entropy(),
    "bernoulli": lambda p, d, w: d.Bernoulli(logits=w).log_prob(p.tensor([1.0, 0.0, 1.0])),
    "normal": lambda p, d, w: d.Normal(w, w.exp()).log_prob(p.tensor(0.5)),
    "normal rsample": lambda p, d, w: d.Normal(w, w.exp()).rsample((4,)),
    "uniform rsample": lambda p, d, w: d.Uniform(w, w + 2).rsample(),
    "exponential rsample": lambda p, d, w: d.Exponential(w.exp()).rsample(),
    "laplace rsample": lambda p, d, w: d.Laplace(w, w.exp()).rsample(),
    "log normal rsample": lambda p, d, w: d.LogNormal(w, 0.5).rsample(),
    "gamma": lambda p, d, w: d.Gamma(w.exp(), w.exp()).log_prob(p.tensor(0.7)),
    "dirichlet": lambda p, d, w: d.Dirichlet(w.exp()).log_prob(p.tensor([0.2, 0.3, 0.5])),
    "poisson": lambda p, d, w: d.Poisson(w.exp()).log_prob(p.tensor(2.0)),
    "kl normal": lambda p, d, w: d.kl_divergence(d.Normal(w, w.exp()), d.Normal(0.0, 1.0)),
    "kl categorical": lambda p, d, w: d.kl_divergence(d.Categorical(logits=w), d.Categorical(logits=p.ones(3))),
    "reinforce": lambda p, d, w: -d.Categorical(p.softmax(w, -1)).log_prob(d.Categorical(p.ones(3)).sample()) * 2.5,
}


@pytest.mark.parametrize("case", LEARNED)
def test_gradients_reach_the_parameters(case):
    answers = []
    for package in (gv_torch, torch):
        package.manual_seed(0)
        weight = package.tensor([0.3, -0.4, 0.9], requires_grad=True)
        value = LEARNED[case](package, package.distributions, weight)
        value.sum().backward()
        answers.append((value.detach().tolist(), weight.grad.tolist(), graph_names(value)[:1]))
    np.testing.assert_allclose(answers[0][0], answers[1][0], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(answers[0][1], answers[1][1], rtol=1e-5, atol=1e-6)
    assert answers[0][2] == answers[1][2]


PAIRS = {
    "bernoulli": lambda p, d: (d.Bernoulli(t(p, 0.2, 0.7)), d.Bernoulli(t(p, 0.5, 0.6))),
    "categorical": lambda p, d: (d.Categorical(t(p, 0.2, 0.8)), d.Categorical(t(p, 0.5, 0.5))),
    "categorical zero": lambda p, d: (d.Categorical(t(p, 0.0, 1.0)), d.Categorical(t(p, 1.0, 0.0))),
    "one hot": lambda p, d: (d.OneHotCategorical(t(p, 0.2, 0.8)), d.OneHotCategorical(t(p, 0.5, 0.5))),
    "normal": lambda p, d: (d.Normal(t(p, 0.0, 1.0), 2.0), d.Normal(1.0, t(p, 1.0, 3.0))),
    "log normal": lambda p, d: (d.LogNormal(0.0, 2.0), d.LogNormal(1.0, 1.5)),
    "exponential": lambda p, d: (d.Exponential(2.0), d.Exponential(0.5)),
    "laplace": lambda p, d: (d.Laplace(0.0, 2.0), d.Laplace(1.0, 0.5)),
    "gamma": lambda p, d: (d.Gamma(2.0, 1.0), d.Gamma(3.0, 0.5)),
    "beta": lambda p, d: (d.Beta(2.0, 1.0), d.Beta(3.0, 0.5)),
    "dirichlet": lambda p, d: (d.Dirichlet(t(p, 2.0, 1.0)), d.Dirichlet(t(p, 3.0, 0.5))),
    "poisson": lambda p, d: (d.Poisson(2.0), d.Poisson(3.0)),
    "geometric": lambda p, d: (d.Geometric(0.2), d.Geometric(0.3)),
    "uniform": lambda p, d: (d.Uniform(0.0, 1.0), d.Uniform(-1.0, 2.0)),
    "uniform outside": lambda p, d: (d.Uniform(0.0, 3.0), d.Uniform(-1.0, 2.0)),
    "multivariate": lambda p, d: tuple(
        d.MultivariateNormal(p.ones(2) * i, t(p, [2.0, 0.5 * i], [0.5 * i, 1.0])) for i in range(2)
    ),
    "independent": lambda p, d: tuple(d.Independent(d.Normal(p.zeros(3) + i, 1.0), 1) for i in range(2)),
}


@pytest.mark.parametrize("case", PAIRS)
def test_divergences(case):
    ours, theirs = (p.distributions.kl_divergence(*PAIRS[case](p, p.distributions)) for p in (gv_torch, torch))
    assert tuple(ours.shape) == tuple(theirs.shape)
    np.testing.assert_allclose(ours.tolist(), theirs.tolist(), rtol=1e-5, atol=1e-6)


WRONG = {
    "categorical": lambda p, d: d.Categorical(t(p, -1.0, 2.0)),
    "categorical 0-d": lambda p, d: d.Categorical(p.tensor(1.0)),
    "categorical both": lambda p, d: d.Categorical(p.ones(2), p.ones(2)),
    "categorical none": lambda p, d: d.Categorical(),
    "categorical value": lambda p, d: d.Categorical(p.ones(3)).log_prob(p.tensor(3)),
    "categorical number": lambda p, d: d.Categorical(p.ones(3)).log_prob(1),
    "categorical shape": lambda p, d: d.Categorical(p.ones(2, 3)).log_prob(p.tensor([0, 1, 2])),
    "categorical nan": lambda p, d: d.Categorical(logits=t(p, float("nan"), 1.0)),
    "normal": lambda p, d: d.Normal(0.0, -1.0),
    "normal tensor": lambda p, d: d.Normal(p.zeros(2), t(p, 1.0, 0.0)),
    "normal text": lambda p, d: d.Normal("a", 1.0),
    "normal value": lambda p, d: d.Normal(0.0, 1.0).log_prob(p.tensor(float("nan"))),
    "bernoulli": lambda p, d: d.Bernoulli(1.5),
    "bernoulli value": lambda p, d: d.Bernoulli(0.5).log_prob(p.tensor(0.5)),
    "uniform": lambda p, d: d.Uniform(2.0, 1.0),
    "uniform value": lambda p, d: d.Uniform(0.0, 1.0).log_prob(p.tensor(3.0)),
    "exponential": lambda p, d: d.Exponential(-1.0),
    "dirichlet": lambda p, d: d.Dirichlet(p.tensor(1.0)),
    "dirichlet value": lambda p, d: d.Dirichlet(p.ones(2)).log_prob(t(p, 0.5, 0.6)),
    "dirichlet shape": lambda p, d: d.Dirichlet(p.ones(2)).log_prob(t(p, 0.5, 0.25, 0.25)),
    "poisson": lambda p, d: d.Poisson(-1.0),
    "multinomial": lambda p, d: d.Multinomial(p.ones(2), p.ones(2)),
    "multivariate none": lambda p, d: d.MultivariateNormal(p.ones(2)),
    "multivariate 0-d": lambda p, d: d.MultivariateNormal(p.tensor(1.0), p.ones(1, 1)),
    "multivariate vector": lambda p, d: d.MultivariateNormal(p.ones(2), p.ones(2)),
    "multivariate flat": lambda p, d: d.MultivariateNormal(p.ones(2), p.ones(2, 2)),
    "multivariate factor": lambda p, d: d.MultivariateNormal(p.ones(2), scale_tril=p.ones(2, 2)),
    "independent": lambda p, d: d.Independent(d.Normal(0.0, 1.0), 1),
    "divergence": lambda p, d: d.kl_divergence(d.Normal(0.0, 1.0), d.Poisson(1.0)),
    "rsample": lambda p, d: d.Bernoulli(0.5).rsample(),
    "mode": lambda p, d: d.Multinomial(2, p.ones(2)).mode,
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_requests_are_answered_in_torchs_words(case):
    answers = []
    for package in (gv_torch, torch):
        with pytest.raises(Exception) as caught:  # noqa: PT011  the two are compared
            WRONG[case](package, package.distributions)
        answers.append((caught.type, str(caught.value)))
    assert answers[0] == answers[1]


def test_checks_can_be_left_out():
    for package in (gv_torch, torch):
        assert package.distributions.Normal(0.0, -1.0, validate_args=False).scale.item() == -1.0
        value = package.distributions.Bernoulli(0.5, validate_args=False).log_prob(package.tensor(0.5))
        assert value.item() == pytest.approx(np.log(0.5))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert package.distributions.Normal(0.0, 1.0).sample_n(3).shape == (3,)


def test_what_is_not_there_is_named():
    with pytest.raises(NotImplementedError, match=r"torch\.distributions\.StudentT"):
        _ = gv_torch.distributions.StudentT
    weight = gv_torch.ones(2, requires_grad=True)
    with pytest.raises(NotImplementedError, match=r"no gradient of Gamma\.rsample\(\)"):
        gv_torch.distributions.Gamma(weight, 1.0).rsample()


@pytest.mark.parametrize("kind", ["float16", "bfloat16", "float32", "float64", "complex64"])
def test_limits_of_floats(kind):
    ours, theirs = (package.finfo(getattr(package, kind)) for package in (gv_torch, torch))
    assert repr(ours) == repr(theirs)
    for name in ("bits", "eps", "max", "min", "tiny", "smallest_normal", "resolution", "dtype"):
        assert getattr(ours, name) == getattr(theirs, name)


@pytest.mark.parametrize("kind", ["uint8", "int8", "int16", "int32", "int64"])
def test_limits_of_integers(kind):
    ours, theirs = (package.iinfo(getattr(package, kind)) for package in (gv_torch, torch))
    assert repr(ours) == repr(theirs)
    assert (ours.bits, ours.min, ours.max, ours.dtype) == (theirs.bits, theirs.min, theirs.max, theirs.dtype)
