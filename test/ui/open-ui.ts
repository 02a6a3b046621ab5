import { type LocalOptions, type LocalStack, startLocal } from '@sightline/local';
import { type OpenedPage, openPage } from './open-page.ts';

/** The web app in a real browser, over a stack of its own. */
export interface Ui extends OpenedPage {
  readonly stack: LocalStack;
}

/**
 * Starts both.
 *
 * @param executablePath of the browser, as `findChromium` gives it
 */
export async function openUi(executablePath: string, options: LocalOptions = {}): Promise<Ui> {
  const stack = await startLocal({ port: 0, ...options });
  try {
    const opened = await openPage(executablePath, stack.url);
    return {
      ...opened,
      stack,
      async close() {
        await opened.close();
        await stack.close();
      },
    };
  } catch (error) {
    await stack.close();
    throw error;
  }
}
