"""Dies of the first line that is no request."""

import conversation

conversation.serve(forgiving=False)
