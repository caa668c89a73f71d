"""What each field does: which rows a read is about, and the verbs that write.

One module per noun. A read returns a Tortoise queryset and never runs it; a verb is one unit of work, from
the permission to the event in the log. This room knows no GraphQL type and builds no response.
"""
