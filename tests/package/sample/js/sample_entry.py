"""All that is compiled."""

import sample as sample
