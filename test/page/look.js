// look.js DIRECTORY NAME...: opens DIRECTORY/NAME.html and says what is wrong with it.
'use strict';
const fs = require('fs');
const puppeteer = require('puppeteer-core');

const [, , directory, ...names] = process.argv;
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

async function look(browser, name, scheme, width)
{
	const page = await browser.newPage();
	const faults = [];
	page.on('pageerror', error => faults.push(String(error)));
	page.on('dialog', dialog => { faults.push('a dialog'); dialog.dismiss(); });
	page.on('request', request => {
		if (!/^(file|data):/.test(request.url()))
			faults.push(`fetches ${request.url()}`);
	});
	await page.setViewport({ width, height: 900 });
	await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
	await page.goto(`file://${directory}/${name}.html`);
	if (await page.evaluate(() => document.documentElement.scrollWidth) > width)
		faults.push('scrolls sideways');
	if (!(await page.title()).startsWith('perfcheck: '))
		faults.push('its title was changed');
	await page.screenshot({ path: `${directory}/${name}-${scheme}-${width}.png`, fullPage: names.indexOf(name) < 2 });
	if (await page.evaluate(() => document.scripts.length) > 0)
		faults.push('has a script');
	await page.evaluate(axe);
	const found = await page.evaluate(async () => (await axe.run()).violations.map(
		v => `${v.impact} ${v.id}: ${v.nodes.length} of ${v.nodes[0].html.slice(0, 80)}`));
	await page.close();
	return faults.concat(found);
}

(async () => {
	const browser = await puppeteer.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
	let failed = 0;
	for (const name of names)
	{
		const bytes = fs.statSync(`${directory}/${name}.html`).size;
		for (const scheme of ['light', 'dark'])
			for (const width of [360, 1280])
			{
				const faults = await look(browser, name, scheme, width);
				if (bytes >= 1000000)
					faults.push('is too large');
				failed += faults.length > 0 ? 1 : 0;
				console.log(`${faults.length > 0 ? 'not ok' : 'ok'} - ${name} queries, ${bytes} bytes, ${scheme}, ${width} pixels` +
					faults.map(fault => `\n  # ${fault}`).join(''));
			}
	}
	await browser.close();
	process.exit(failed > 0 ? 1 : 0);
})();
