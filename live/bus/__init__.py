"""Hints from process to process: "look at the feed", "look at the sessions".

Others take `Bus`, `Hint` and `NullBus` from `bus.bus`, and one of the buses: `redis.redis_bus`,
`postgresql.postgresql_bus`, `data_version.DataVersionBus`. Nothing here knows what is looked at.
"""
