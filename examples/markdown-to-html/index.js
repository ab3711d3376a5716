import MarkdownIt from 'markdown-it';

const markdownIt = new MarkdownIt({ linkify: true, typographer: true });

/** {markdown} to {title, headings: [{level, text}], html}. Raw HTML within the Markdown is escaped. */
export const handler = async (event) => {
  if (typeof event.markdown !== 'string') throw new TypeError('The event needs a text named "markdown".');
  const tokens = markdownIt.parse(event.markdown, {});
  const headings = tokens.flatMap((token, index) =>
    token.type === 'heading_open' ? [{ level: Number(token.tag.slice(1)), text: plainText(tokens[index + 1]) }] : [],
  );
  const html = markdownIt.renderer.render(tokens, markdownIt.options, {});
  console.log(`${event.markdown.length} characters of Markdown, ${headings.length} headings, ${html.length} characters of HTML`);
  return { title: headings[0]?.text ?? null, headings, html };
};

const plainText = (inline) => inline.children.map((token) => token.content).join('');
