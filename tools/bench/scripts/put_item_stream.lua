-- What put_item does, in a table whose stream keeps new and old images.
require "new_message" "bench-messages-stream"
