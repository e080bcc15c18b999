"""Types of the host in the signatures of Worker."""

Signal = AbortSignal
