// GraphiQL at /graphql. A query in the address (?query=…&variables=…) opens in a tab of its own.
import './workers.js';
import { createRoot } from 'react-dom/client';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import 'graphiql/style.css';
import './page.css';
import { createFetcher } from './fetcher.js';
import { HEADERS, TABS } from './tabs.js';

const place = document.getElementById('graphiql');
const address = new URLSearchParams(location.search);
const asked = { query: address.get('query'), variables: address.get('variables') };

function Logo() {
  return (
    <a className="site-name" href="/">
      {place.dataset.site}
    </a>
  );
}

createRoot(place).render(
  <GraphiQL
    fetcher={createFetcher(location.pathname)}
    plugins={[HISTORY_PLUGIN]}
    defaultTabs={asked.query ? [{ ...asked, headers: HEADERS }, ...TABS] : TABS}
    defaultHeaders={HEADERS}
    initialQuery={asked.query ?? undefined}
    initialVariables={asked.variables ?? undefined}
    defaultEditorToolsVisibility="variables"
    inputValueDeprecation
  >
    <GraphiQL.Logo>
      <Logo />
    </GraphiQL.Logo>
  </GraphiQL>,
);
