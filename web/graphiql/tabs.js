// What a visitor finds in the editor: a page of the blog, its live conversation, and how to sign in.

const FRONT_PAGE = `# Welcome! Press play (Ctrl-Enter) for the
# front page. The other tabs follow it live,
# and sign you in.

query FrontPage($first: Int = 5) {
  site {
    title
    description
  }
  posts(first: $first) {
    totalCount
    nodes {
      title
      publishedAt
      author { name }
      category { name }
      commentCount
      comments(first: 2) {
        nodes {
          body
          author { name }
          replies(first: 2) {
            nodes { body author { name } }
          }
        }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`;

const LIVE = `# Press play and leave it open: whatever
# happens to comments, anywhere on the site,
# appears here.

subscription Live {
  commentFeed {
    __typename
    cursor
    ... on CommentAdded {
      comment { body author { name } post { title } }
    }
    ... on CommentEdited { comment { id body } }
    ... on CommentRemoved { commentId }
  }
}
`;

const SIGN_IN = `# Fill in the variables below, press play, and
# put the token into the headers of the tab
# that is to know you.

mutation SignIn($email: String!, $password: String!) {
  signIn(input: { email: $email, password: $password }) {
    token
    expiresAt
    user { name role }
    error { message }
  }
}
`;

export const HEADERS = `{
  // "Authorization": "Bearer <the token>"
}`;

export const TABS = [
  { query: FRONT_PAGE, variables: '{ "first": 5 }', headers: HEADERS },
  { query: LIVE, headers: HEADERS },
  { query: SIGN_IN, variables: '{\n  "email": "",\n  "password": ""\n}', headers: HEADERS },
];
