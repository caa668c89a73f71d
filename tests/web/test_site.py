"""The site's pages with their script, in a real browser: live, and nothing moves what one reads or writes."""

import pytest
from playwright.sync_api import Browser, expect

from tests.web.reading import (
    ELSEWHERE,
    KEYSET,
    Blog,
    comment,
    reading,
    settle,
    top_of,
    write,
)


def test_what_one_writes_the_other_reads_at_once(chromium: Browser, blog: Blog) -> None:
    path = f"/posts/{KEYSET}"
    with reading(chromium, blog) as ada, reading(chromium, blog, locale="fr", host=ELSEWHERE) as bea:
        a, b = ada.open(path), bea.open(path)
        assert b.evaluate("crypto.randomUUID") is None
        before = int((a.locator("#comments h2").inner_text()).split()[0])
        write(a, "A guest's **word**.", "Ada")
        mine = comment(a, "A guest's word.")
        expect(mine.locator("> article strong")).to_have_text("word")
        expect(mine.locator("> article")).to_be_focused()
        expect(a.locator("#write-body")).to_have_value("")
        theirs = comment(b, "A guest's word.")
        expect(theirs).to_have_count(1)
        expect(b.locator("#comments h2")).to_have_text(f"{before + 1} commentaires")
        expect(b.locator("main header a[href$='#comments']")).to_have_text(f"{before + 1} commentaires")

        theirs.locator("> article a.reply").press("Enter")
        expect(b.locator("#write h2")).to_have_text("Répondre")
        b.keyboard.press("Escape")
        expect(theirs.locator("> article a.reply")).to_be_focused()
        b.locator("#write-name").fill("Béa")
        theirs.locator("> article a.reply").press("Enter")
        b.keyboard.type("Une réponse.")
        b.keyboard.press("Control+Enter")
        expect(comment(b, "Une réponse.").locator("> article")).to_be_focused()
        answer = comment(a, "Une réponse.")
        expect(answer).to_have_count(1)
        assert answer.evaluate("item => item.parentElement.closest('.comment').id") == mine.get_attribute(
            "id"
        )
        expect(answer.locator("> article .badge", has_text="New")).to_have_count(1)
        answer.locator("> article a.reply").click()
        write(a, "And the third.")
        third = comment(b, "And the third.")
        expect(third).to_have_attribute("data-depth", "2")
        expect(a.locator(".comment.new")).to_have_count(1)
        expect(b.locator(".comment.pending, .comment.new")).to_have_count(2)
        for page in (a, b):
            page.reload()
            depths = [each.get_attribute("data-depth") for each in page.locator("#comments .comment").all()][
                -3:
            ]
            assert depths == ["0", "1", "2"], "the page has them where they came live"


def test_what_is_edited_deleted_or_rejected_is_so_on_open_pages(chromium: Browser, blog: Blog) -> None:
    slug = "a-live-comment-thread-with-no-framework"
    with reading(chromium, blog, "marta") as marta, reading(chromium, blog) as guest:
        m, g = marta.open(f"/posts/{slug}"), guest.open(f"/posts/{slug}")
        first = blog.say(slug, "The first.")
        second = blog.say(slug, "The second.", first, who="thomas")
        third = blog.say(slug, "The third.", second)
        alone = blog.say(slug, "Alone.")
        for page in (m, g):
            expect(page.locator(f"#{first} > ol > li > ol > #{third}")).to_have_count(1)
        expect(m.locator(f"#{first} > article > .acts a")).to_have_text(["Reply", "Edit", "Delete"])
        expect(g.locator(f"#{first} > article > .acts a")).to_have_text(["Reply"])
        expect(m.locator(".comment.new")).to_have_count(1)
        expect(m.locator(f"#{second}.new > article > header > .badge", has_text="New")).to_have_count(1)
        expect(g.locator(".comment.new")).to_have_count(4)
        expect(g.get_by_role("status").filter(has_text="new comment")).to_have_count(1)

        g.locator(f"#{first} > article a.reply").focus()
        blog.edit(first, "The first, said better.")
        for page in (m, g):
            expect(page.locator(f"#{first} > article .comment-body")).to_have_text("The first, said better.")
            expect(page.locator(f"#{third}")).to_have_count(1)
        expect(g.locator(f"#{first} > article a.reply")).to_be_focused()

        blog.delete(alone)
        blog.delete(first)
        for page in (m, g):
            expect(page.locator(f"#{first} > article .gone")).to_have_count(1)
            expect(page.locator(f"#{third}")).to_have_count(1)
            expect(page.locator(f"#{alone}")).to_have_count(0)

        m.locator(f"#{third} > article a.reply").click()
        m.keyboard.type("I had so much to say")
        blog.decide(second, "REJECTED")
        for page in (m, g):
            expect(page.locator(f"#{second}, #{third}")).to_have_count(0)
        m.keyboard.type(" to you.")
        expect(m.locator("#write-body")).to_have_value("I had so much to say to you.")
        expect(m.locator("#comments").get_by_text("is not there any more")).to_have_count(1)
        m.get_by_role("button", name="Send").click()
        kept = comment(g, "I had so much to say to you.")
        expect(kept).to_have_count(1)
        expect(m.locator(".gone-from-here")).to_have_count(0)
        blog.decide(second, "APPROVED")
        for page in (m, g):
            expect(page.locator(f"#{second}")).to_have_count(1)
        for page in (m, g):
            shown = [each.get_attribute("id") for each in page.locator("#comments .comment").all()]
            told = page.locator("#comments h2").inner_text()
            page.reload()
            assert shown == [each.get_attribute("id") for each in page.locator("#comments .comment").all()]
            assert told == page.locator("#comments h2").inner_text()


@pytest.mark.parametrize("anchored", ["auto", "none"])
def test_what_one_reads_and_writes_stays_where_it_is(chromium: Browser, blog: Blog, anchored: str) -> None:
    """In a browser that holds the page itself, and in one that leaves that to its scripts, as Safari does."""
    slug = "what-a-works-council-reads-in-your-dashboard"
    long = "\n\n".join(f"Paragraph {number} of many." for number in range(6))
    roots = [blog.say(slug, f"{long} {number}") for number in range(4)]
    with reading(chromium, blog) as reader:
        page = reader.open(f"/posts/{slug}")
        page.evaluate("value => { document.documentElement.style.overflowAnchor = value; }", anchored)
        here = page.locator(f"#{roots[2]} > article .comment-body p").nth(2)
        here.evaluate("line => line.scrollIntoView({block: 'start', behavior: 'instant'})")
        page.evaluate("scrollBy({top: 37, behavior: 'instant'})")
        settle(page)
        before = top_of(here)
        above = blog.say(slug, long, roots[0])
        expect(page.locator(f"#{above}")).to_have_count(1)
        assert top_of(here) == pytest.approx(before, abs=1)
        below = blog.say(slug, long)
        inside = blog.say(slug, long, roots[2])
        blog.edit(roots[1], f"{long}\n\n{long}")
        expect(page.locator(f"#{roots[1]} > article p", has_text="Paragraph 3")).to_have_count(2)
        expect(page.locator(f"#{below}, #{inside}")).to_have_count(2)
        assert top_of(here) == pytest.approx(before, abs=1)
        blog.delete(above)
        expect(page.locator(f"#{above}")).to_have_count(0)
        settle(page)
        assert top_of(here) == pytest.approx(before, abs=1)

        page.locator(f"#{roots[3]} > article a.reply").click()
        field = page.locator("#write-body")
        page.keyboard.type("Half a sentence")
        field.evaluate("field => field.setSelectionRange(5, 8)")
        settle(page)
        before = top_of(field)
        again = blog.say(slug, long, roots[0])
        expect(page.locator(f"#{again}")).to_have_count(1)
        blog.decide(roots[3], "REJECTED")
        expect(page.locator(f"#{roots[3]}")).to_have_count(0)
        assert top_of(field) == pytest.approx(before, abs=1)
        assert field.evaluate("field => [field.selectionStart, field.selectionEnd]") == [5, 8]
        page.keyboard.type("of a")
        expect(field).to_have_value("Half of a sentence"[:5] + "of a" + "Half a sentence"[8:])


def test_a_page_shows_only_what_belongs_to_it(chromium: Browser, blog: Blog) -> None:
    slug = "a-newsletter-is-a-small-town"
    last = [blog.say(slug, f"Comment {number}") for number in range(48)][-1]
    with reading(chromium, blog) as reader:
        first = reader.open(f"/posts/{slug}")
        href = first.locator("#comments a[rel=next]").get_attribute("href")
        later, thread = (
            reader.open(f"/posts/{slug}{(href or '').partition(slug)[2]}"),
            reader.open(f"/comments/{last}"),
        )
        root = first.locator("#comments .comment").first.get_attribute("id")
        top = blog.say(slug, "At the end.")
        reply = blog.say(slug, "To the first.", root)
        deep = blog.say(slug, "To the last.", last)
        expect(later.locator(f"#{last} > ol > #{deep}")).to_have_count(1)
        expect(thread.locator(f"#{last} > ol > #{deep}")).to_have_count(1)
        expect(first.locator(f"#{root} > ol > #{reply}")).to_have_count(1)
        expect(later.locator(f".threads > #{reply}")).to_contain_text("in reply to an earlier comment")
        expect(later.locator(f".threads > #{top}")).to_have_count(1)
        told = later.locator("#comments h2").inner_text()
        expect(first.locator("#comments h2")).to_have_text(told)
        expect(thread.locator("main header a[href$='#comments']")).to_have_text(told)
        expect(first.locator(f"#{top}, #{deep}")).to_have_count(0)
        expect(thread.locator(f"#{top}, #{reply}")).to_have_count(0)
        expect(thread.locator("#comments h2")).to_have_text("Comments")
