require "new_message" "bench-messages"
