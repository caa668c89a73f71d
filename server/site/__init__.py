"""The reader's site: pages for people, each one operation of the API and one template.

    request → routing.py → pages/*.py → visit.ask("post", slug=…) → visit.show("post.html", …) → answer

Whatever a page reads or does, it does by a GraphQL operation of `web/operations/`, as whoever visits: so who may see
and do what is decided where it is for everybody. Everything works without JavaScript.
"""
