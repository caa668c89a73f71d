"""Why a job did not succeed, as far as that is nobody's mistake here.

JobError
└── FetchError
    ├── FetchRefused        we do not ask such an address, or do not take such an answer
    └── FetchFailed         the other side did not answer, or not with success

Postponed is none: the job has not been tried.
"""


class JobError(Exception):
    """A job cannot be done, now or ever. The message is for those who run the site.

    Args:
        message: why, without anything that nobody should read.
        permanent: whether it is in vain to try again.
        retry_after: seconds before which it is in vain.
    """

    def __init__(self, message: str, *, permanent: bool = False, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after


class Postponed(Exception):
    """It is not this job's turn yet: it is tried when the `seconds` have passed, and this was no attempt."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"It is done in {seconds:g} seconds.")
        self.seconds = seconds


class FetchError(JobError):
    """Something was not fetched."""


class FetchRefused(FetchError):
    """An address that is not asked, or an answer that is not taken: for good, unless a setting changes."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class FetchFailed(FetchError):
    """The other side did not answer, or said that it will not; `permanent` where it said so for good."""
