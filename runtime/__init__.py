"""The ground floor: what every room may need and none owns. It imports no other room.

background      tasks that go on beside everything else until they are stopped
backoff         failing again and again: attempts further and further apart, and few words in the log
decaying_use    what each client has used lately, half of it forgotten in a while
fair_queue      whose work is next, where there is more of it than can be done at once
log_rate_limit  few words in the log about what happens often
lru             a cache bounded by the weight of what it holds
open_files      how many files this process may have open
priority        threads that compute beside an event loop, which goes first
staggering      many things one after the other, spread over some seconds
thread_limiter  work in a bounded number of threads, fair to those who wait
token_bucket    a rate in the long run, and a burst now and then
"""
