const { default: express } = await import('express');
express();
