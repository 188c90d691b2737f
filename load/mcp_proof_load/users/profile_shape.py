"""Load profiles in a locustfile of one's own.

class Peak(ProfileShape):
    profile = "spike"
    users = 50
    duration = 60.0
"""

from typing import ClassVar

from locust import LoadTestShape

from mcp_proof_load.profiles import profile_named


class ProfileShape(LoadTestShape):
    """A shape that locust finds; how many users of which class there are, locust's weights say."""

    abstract = True
    profile: ClassVar[str] = "steady"
    """One of the profiles of `mcp-proof load`."""
    users: ClassVar[int | None] = None
    """The users at its peak; the profile's own number by default."""
    duration: ClassVar[float | None] = None
    """Seconds; the profile's own time by default."""

    def __init_subclass__(cls, **members: object) -> None:
        """Look at what was said of it.

        Raises:
            UsageError: there is no such profile.
            ValueError: a number makes no sense.
        """
        super().__init_subclass__(**members)
        profile_named(cls.profile)
        for name, least in (("users", 1), ("duration", 0)):
            value = getattr(cls, name)
            if value is not None and not (value > 0 and value >= least):
                raise ValueError(f"{cls.__name__}.{name} is {value!r}; expected a number above 0")

    def tick(self) -> tuple[int, float] | None:
        """Return the number of users, and how many of them may begin in a second: all."""
        profile = profile_named(self.profile)
        seconds = self.get_run_time()  # type: ignore[no-untyped-call]  # locust's has no annotations
        share = profile.share(seconds, self.duration or profile.duration)
        if share is None:
            return None
        users = max(1, round(share * (self.users or profile.users)))
        return users, float(users)
