"""Whether a figure stays flat: pure, from samples taken at even distances."""

WARM_UP = 0.25  # of the samples: caches fill, pools grow


def middle(values):
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def growth(samples):
    """How the middle of the last third compares with that of the first, after the warm-up."""
    settled = samples[int(len(samples) * WARM_UP):]
    third = max(1, len(settled) // 3)
    return middle(settled[:third]), middle(settled[-third:])


def flat(samples, share, least):
    """It grew by no more than `share` of what it was, or `least` in all."""
    before, after = growth(samples)
    return after <= before + max(before * share, least)
