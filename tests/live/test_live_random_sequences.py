"""Recurrent layers, attention and transformers with random arguments beside real torch, seeded: 150 in all."""

import random

import pytest

from tests.live.beside import differences


def recurrent(rng):
    """A layer over a batch, one sequence or packed ones, with or without a state."""
    kind, layers = rng.choice(["RNN", "LSTM", "GRU"]), rng.randint(1, 3)
    both, first = rng.random() < 0.4, rng.random() < 0.5
    size, features, times, batch = rng.randint(1, 6), rng.randint(1, 5), rng.randint(1, 5), rng.randint(1, 4)
    words = f"bidirectional={both}, batch_first={first}, bias={rng.random() < 0.8}"
    words += ", dropout=0.4" if layers > 1 and rng.random() < 0.5 else ""
    states, way = layers * (1 + both), rng.random()
    if way < 0.2:
        x, state = f"leaf({times}, {features})", f"leaf({states}, {size})"
    else:
        shape = (batch, times, features) if first else (times, batch, features)
        x, state = f"{rng.choice(['leaf', 'data'])}{shape}", f"leaf({states}, {batch}, {size})"
    given = (f", ({state}, {state})" if kind == "LSTM" else f", {state}") if rng.random() < 0.4 else ""
    start = f"m = nn.{kind}({features}, {size}, {layers}, {words}); x = {x}; "
    if way <= 0.8:
        return f"{start}out = m(x{given})"
    lengths = [times, *(rng.randint(1, times) for _ in range(batch - 1))]
    packed = f"rnn.pack_padded_sequence(x, {lengths}, batch_first={first}, enforce_sorted=False)"
    return f"{start}o, s = m({packed}{given}); out = o.data, s, rnn.pad_packed_sequence(o, batch_first={first})"


def attention(rng):
    """Several heads over themselves or others, with the masks and biases there are."""
    heads, first = rng.choice([1, 2, 4]), rng.random() < 0.5
    size, queries, keys, batch = heads * rng.randint(1, 3), rng.randint(1, 4), rng.randint(1, 4), rng.randint(1, 3)
    own = rng.random() < 0.4
    keys = queries if own else keys
    words = f"batch_first={first}, bias={rng.random() < 0.8}, add_bias_kv={rng.random() < 0.2}, "
    words += f"add_zero_attn={rng.random() < 0.2}, dropout={rng.choice([0.0, 0.0, 0.3])}"
    q, k = ((batch, n, size) if first else (n, batch, size) for n in (queries, keys))
    others = "k = v = q" if own else f"k = leaf{k} * 1; v = " + rng.choice(["k", f"leaf{k} * 2"])
    mask = rng.choice(["", f", attn_mask=data({queries}, {keys})", f", key_padding_mask=torch.zeros({batch}, {keys})"])
    call = f"need_weights={rng.random() < 0.5}, average_attn_weights={rng.random() < 0.7}{mask}"
    return f"m = nn.MultiheadAttention({size}, {heads}, {words}); q = leaf{q}; {others}; out = m(q, k, v, {call})"


def transformer(rng):
    """A layer or a stack, encoding or decoding."""
    first, queries, keys, batch = rng.random() < 0.5, rng.randint(1, 4), rng.randint(1, 4), rng.randint(1, 3)
    words = f"4, 2, 6, dropout={rng.choice([0.0, 0.2])}, batch_first={first}, norm_first={rng.random() < 0.5}, "
    words += f"activation={rng.choice(['F.relu', 'F.silu'])}, bias={rng.random() < 0.8}"
    x, y = ((batch, n, 4) if first else (n, batch, 4) for n in (queries, keys))
    kind, stacked = rng.choice(["Encoder", "Decoder"]), rng.random() < 0.5
    made = f"nn.Transformer{kind}Layer({words})"
    if stacked:
        made = f"nn.Transformer{kind}({made}, 2{', enable_nested_tensor=False' if kind == 'Encoder' else ''})"
    mask = rng.choice(["", f", nn.Transformer.generate_square_subsequent_mask({queries})"])
    memory = f", leaf{y} * 1" if kind == "Decoder" else ""
    return f"m = {made}; x = leaf{x}; out = m(x{memory}{mask})"


def programs():
    rng = random.Random(5)
    return [make(rng) for make in (recurrent, attention, transformer) for _ in range(50)]


@pytest.mark.parametrize("code", programs())
def test_with_random_arguments(code):
    assert differences(code, rtol=5e-5, atol=5e-6) == []
