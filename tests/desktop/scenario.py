"""The mark of a scenario."""


def scenario(**options):
    """A function of a Desk that is a test; `options` are those of the Desk."""

    def mark(function):
        function.options = options
        return function

    return mark
