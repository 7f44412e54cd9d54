/*-------------------------------------------------------------------------
 *
 * value_guess_rules.c
 *		What columns of some names and types likely hold, as a list.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "populate/value_guess_rules.h"

#define FIRST_NAMES                                                            \
	"Maria|James|Anna|Mohammed|David|Sofia|Daniel|Emma|Wei|Laura|Thomas|"      \
	"Fatima|Peter|Julia|Carlos|Sarah|Michael|Elena|Ahmed|Lisa|Jan|Olivia|"     \
	"Andrew|Yuki|Robert|Ingrid|Kevin|Priya|Lucas|Hannah|Ivan|Nora|Felix|"      \
	"Grace|Omar|Chloe|Victor|Zoe|Samuel|Beatriz"

#define LAST_NAMES                                                             \
	"Smith|Garcia|Muller|Johnson|Nguyen|Andersson|Silva|Kim|Brown|Kumar|"      \
	"Rossi|Novak|Martin|Lopez|Wang|Jensen|Taylor|Kowalski|Ivanov|Schmidt|"     \
	"Wilson|Haddad|Tanaka|Dubois|Larsen|Clark|Moreau|Virtanen|Costa|Evans|"    \
	"Fischer|Hughes|Petrov|Berg|Owens|Quinn|Ueda|Young|Zimmer|Okafor"

#define FULL_NAMES                                                             \
	"Ahmed Haddad|Andrew Clark|Anna Andersson|Beatriz Costa|Carlos Lopez|"     \
	"Chloe Moreau|Daniel Martin|David Johnson|Elena Rossi|Emma Wilson|"        \
	"Fatima Okafor|Felix Schmidt|Grace Hughes|Hannah Fischer|Ingrid Larsen|"   \
	"Ivan Petrov|James Smith|Jan Kowalski|Julia Muller|Kevin Quinn|"           \
	"Laura Garcia|Lisa Jensen|Lucas Silva|Maria Novak|Michael Brown|"          \
	"Mohammed Young|Nora Berg|Olivia Taylor|Omar Evans|Peter Virtanen|"        \
	"Priya Kumar|Robert Owens|Samuel Dubois|Sarah Kim|Sofia Ivanov|"           \
	"Thomas Nguyen|Victor Zimmer|Wei Wang|Yuki Tanaka|Zoe Ueda"

#define EMAILS                                                                 \
	"a.haddad@example.com|andrew.clark12@example.org|anna.andersson@mail."     \
	"example|beatriz.costa@example.com|carlos.lopez81@example.net|"            \
	"chloe.moreau@example.com|daniel.martin@mail.example|d.johnson7@example."  \
	"com|elena.rossi@example.org|emma.wilson93@example.com|fatima.okafor@"     \
	"mail.example|felix.schmidt@example.com|grace.hughes4@example.net|"        \
	"hannah.fischer@example.com|ingrid.larsen@example.org|ivan.petrov22@"      \
	"example.com|james.smith@mail.example|j.kowalski@example.com|julia."       \
	"muller@example.com|kevin.quinn55@example.net|laura.garcia@example.com|"   \
	"lisa.jensen@mail.example|lucas.silva9@example.com|maria.novak@example."   \
	"org|michael.brown@example.com|nora.berg31@example.com|olivia.taylor@"     \
	"mail.example|omar.evans@example.com|priya.kumar@example.net|robert."      \
	"owens64@example.com|sarah.kim@example.com|sofia.ivanov@example.org|"      \
	"thomas.nguyen@example.com|victor.zimmer2@mail.example|wei.wang@example."  \
	"com|yuki.tanaka@example.com|zoe.ueda@example.net"

#define TITLES                                                                 \
	"A short guide to better reports|Before the next release|Broken link in "  \
	"the footer|Cannot open the export|Does the new plan include support|"     \
	"Every morning in the old town|Find the right size|Getting started with "  \
	"your account|How to change the delivery address|Improve the search page|" \
	"Just a question about invoices|Keep the garden green|Late order again|"   \
	"Meeting notes for the second quarter|New colors for summer|Order cannot " \
	"be changed|Problems after the update|Question about the last payment|"    \
	"Red wooden chair|Simple cotton shirt|Ten things to know about coffee|"    \
	"The best way to learn a language|Update the team calendar|Very slow "     \
	"search results|What we learned this year|Yellow rain jacket"

#define SENTENCES                                                              \
	"After the last update the page takes a long time to open and some of "    \
	"the results are missing.|All parts arrived on time. The color is a "      \
	"little darker than in the picture, but we are happy with it.|Can you "    \
	"please send the invoice again? The first one went to the old address.|"   \
	"Everything works as described, and the manual is easy to follow.|For "    \
	"the next meeting we need the numbers of the second quarter and a list "   \
	"of open orders.|Great service, fast delivery. Would order again at any "  \
	"time.|I tried to change my password twice and did not get a message "     \
	"from you.|It is smaller than I thought, so please check the size before " \
	"you order.|Many thanks for the quick answer. The problem is solved now.|" \
	"Not what I expected. The material feels cheap and one of the buttons "    \
	"was broken.|Please call the customer before the delivery, the door is "   \
	"on the other side of the house.|The new version is much faster. We use "  \
	"it every day with the whole team.|This happens only in the morning when " \
	"many people work at the same time.|We moved to a new office last month, " \
	"please update our address in your system.|When will the product be back " \
	"in stock? I would like to buy two more of them."

#define SLUGS                                                                  \
	"a-short-guide|better-reports|broken-link|cotton-shirt|delivery-address|"  \
	"every-morning|find-the-right-size|getting-started|green-garden|"          \
	"improve-search|invoice-questions|jacket-yellow|late-order|learn-a-"       \
	"language|meeting-notes|new-colors|old-town|order-changes|payment-help|"   \
	"quarter-report|rain-jacket|red-wooden-chair|simple-shirt|slow-results|"   \
	"summer-sale|team-calendar|ten-things|the-best-way|update-notes|wooden-"   \
	"table"

#define URLS                                                                   \
	"https://example.com/a/reports-12|https://example.com/blog/better-days|"   \
	"https://example.com/docs/getting-started|https://example.com/img/1048."   \
	"png|https://example.com/img/7731.png|https://example.com/news/summer-"    \
	"sale|https://example.com/p/chair-red|https://example.com/p/lamp-204|"     \
	"https://example.com/p/table-oak|https://example.org/files/annual-"        \
	"report.pdf|https://example.org/files/price-list.pdf|https://example.org/" \
	"team/anna|https://example.org/team/victor|https://www.example.net/"       \
	"about|https://www.example.net/shop/garden|https://www.example.net/shop/"  \
	"kitchen"

#define TOKENS                                                                 \
	"02c7d1f38e5ab964d0712c8fe3b95a46|1f9a4e60b7d2385c91ea06f4d37b82c5|"       \
	"27be5093ca8f416de5b0792d83f1a6c4|3a60d9f1427ce8b5960f3d1ab7c4e258|"       \
	"48d5b72e0fa1936cb82d4e7501f9c6a3|5c0ef8a37b94d2611da85e3c9f7046b2|"       \
	"6e91c3d507fb8a4230c6b9e1d84a725f|7ab24f6e91d0385cf6e7b10c2d9583a4|"       \
	"8f03a6c5d27b4e19905bd1f8a3c6e742|9d47e1b80c5af3622bf80d96ec41a735|"       \
	"a5f8092b6ed3c714b1c75f3e0d82694a|b3c61d4f98e0a7525ea93c80f7d416b2|"       \
	"c80be7a524d9f163e24f6c1b095d38a7|d16f3a980cb5e4273b807ad59ef24c61|"       \
	"e94d5c07a1f2b6838cd16f0eb9a73542|f7a20b8d63e4c9150d9be582c4137fa6"

#define CITIES                                                                 \
	"London|New York|Berlin|Paris|Stockholm|Madrid|Tokyo|Chicago|Warsaw|"      \
	"Toronto|Milan|Sydney|Amsterdam|Lisbon|Vienna|Dublin|Oslo|Prague|Munich|"  \
	"Boston|Lyon|Seoul|Porto|Bergen|Gdansk|Leeds|Graz|Ghent|Turku|Utrecht"

#define COUNTRIES                                                              \
	"United States|Germany|United Kingdom|France|India|Brazil|Spain|Japan|"    \
	"Canada|Italy|Poland|Australia|Netherlands|Sweden|Mexico|Austria|Norway|"  \
	"Portugal|Ireland|Finland"

#define PRICES "1|4.99|9.9|14.5|19.99|29|42.5|64.9|99|180|999.99"

static const ValueGuessRule rules[] = {
	/* texts */
	{GUESS_TEXT, "|email|mail|e_mail|", NULL, EMAILS, -1, 0, 0.05, 26},
	{GUESS_TEXT, "|first_name|given_name|firstname|", FIRST_NAMES, NULL, 0, 0,
	 0.02, 7},
	{GUESS_TEXT, "|last_name|surname|family_name|lastname|", LAST_NAMES, NULL,
	 0, 0, 0.02, 8},
	{GUESS_TEXT, "|slug|handle|username|user_name|login|nickname|path|", NULL,
	 SLUGS, -1, 0, 0.05, 17},
	{GUESS_TEXT, "|title|subject|headline|summary|", NULL, TITLES, -0.9, 0,
	 0.02, 30},
	{GUESS_TEXT,
	 "|description|body|comment|content|text|message|notes|note|bio|about|"
	 "review|answer|question|",
	 NULL, SENTENCES, -1, 0, 0.2, 120},
	{GUESS_TEXT,
	 "|url|uri|link|href|website|homepage|avatar|image|photo|picture|", NULL,
	 URLS, -1, 0, 0.2, 40},
	{GUESS_TEXT, "|phone|mobile|fax|tel|telephone|", NULL,
	 "+1 202 555 0113|+1 312 555 0178|+1 415 555 0192|+1 646 555 0147|+33 1 "
	 "70 18 21 09|+44 113 496 0723|+44 20 7946 0918|+45 32 55 01 44|+46 70 "
	 "174 06 35|+46 8 465 004 12|+49 30 23125 014|+49 89 99998 302",
	 -1, 0, 0.2, 17},
	{GUESS_TEXT,
	 "|token|hash|digest|checksum|md5|sha|sha1|sha256|secret|password|key|"
	 "fingerprint|signature|etag|",
	 NULL, TOKENS, -1, 0, 0.05, 33},
	{GUESS_TEXT, "|country_code|", "US|DE|GB|FR|IN|BR|ES|JP|CA|IT|PL|AU|NL|SE",
	 NULL, 0, 0, 0.05, 3},
	{GUESS_TEXT, "|country|nation|", COUNTRIES, NULL, 0, 0, 0.05, 9},
	{GUESS_TEXT, "|city|town|location|region|place|", CITIES, NULL, 0, 0, 0.1,
	 8},
	{GUESS_TEXT, "|locale|language|lang|", "en|de|fr|es|sv|pt|ja|it|pl|nl",
	 NULL, 0, 0, 0.05, 3},
	{GUESS_TEXT, "|currency|", "EUR|USD|GBP|SEK|JPY|CHF|PLN|CAD", NULL, 0, 0,
	 0.02, 4},
	{GUESS_TEXT, "|color|colour|",
	 "black|white|blue|red|green|gray|yellow|brown|orange|pink|purple", NULL, 0,
	 0, 0.1, 6},
	{GUESS_TEXT, "|timezone|time_zone|tz|",
	 "Europe/Berlin|America/New_York|Europe/London|Asia/Tokyo|UTC", NULL, 0, 0,
	 0.1, 14},
	{GUESS_TEXT, "|status|state|", "active|pending|closed|archived|failed",
	 NULL, 0, 0, 0.02, 8},
	{GUESS_TEXT, "|role|", "member|editor|owner|admin|guest", NULL, 0, 0, 0.02,
	 7},
	{GUESS_TEXT, "|gender|sex|", "female|male|other", NULL, 0, 0, 0.1, 6},
	{GUESS_TEXT,
	 "|kind|type|category|class|level|priority|severity|method|source|"
	 "channel|platform|",
	 "standard|basic|special|internal|external|other|legacy", NULL, 0, 0, 0.02,
	 9},
	{GUESS_TEXT, "|street|address|", NULL,
	 "10 Mill Lane|104 Park Avenue|12 Church Street|17 Station Road|2 Queen "
	 "Street|21 High Street|29 Garden Road|3 Green Lane|38 Victoria Road|41 "
	 "School Lane|5 North Street|56 King Street|63 Mill Road|7 Park Lane|88 "
	 "West Street|9 Bridge Street",
	 -0.95, 0, 0.1, 16},
	{GUESS_TEXT, "|zip|postcode|postal_code|zip_code|", NULL,
	 "01067|10115|11432|20095|22100|30159|40213|50667|60311|70173|80331|94103",
	 -0.3, 0, 0.1, 6},
	{GUESS_TEXT, "|ip|ip_address|remote_addr|", NULL,
	 "10.0.0.12|10.1.44.7|10.20.3.190|172.16.5.31|172.18.80.4|192.168.0.17|"
	 "192.168.1.104|192.168.12.9|198.51.100.23|203.0.113.77",
	 -0.3, 0, 0.1, 13},
	{GUESS_TEXT, "|company|organization|organisation|brand|vendor|", NULL,
	 "Acme Foods|Alder Systems|Baltic Trade|Bright Works|Cedar Books|Delta "
	 "Parts|East Harbor|Falcon Media|Granite Tools|Harbor Light|Iris Design|"
	 "Juniper Travel|Kestrel Labs|Lunar Games|Maple Homes|Nordic Steel",
	 -0.8, 0, 0.1, 14},
	{GUESS_TEXT,
	 "|code|sku|number|reference|ref|serial|external_id|id|isbn|ean|", NULL,
	 "AB-10023|AD-28410|BC-10977|BX-77120|CA-40291|DE-11508|EF-90012|FA-33871|"
	 "GK-20460|HL-81935|JM-56204|KP-70418|LR-19243|MX-42087|NT-63519|PQ-88126",
	 -1, 0, 0.05, 9},
	{GUESS_TEXT, "|name|full_name|author|owner|contact|customer|user|", NULL,
	 FULL_NAMES, -0.8, 0, 0.02, 13},
	{GUESS_TEXT, NULL, NULL, SLUGS, -0.5, 0, 0.05, 13},

	/* whole numbers */
	{GUESS_INTEGER, "|quantity|qty|", "1|2|3|4|5|6|10|8|12|20", NULL, 0, 0,
	 0.02, 4},
	{GUESS_INTEGER, "|rating|stars|score|", "5|4|3|1|2", NULL, 0, 0, 0.1, 4},
	{GUESS_INTEGER,
	 "|status|state|kind|type|level|priority|role|category|flags|", "0|1|2|3|4",
	 NULL, 0, 0, 0.02, 4},
	{GUESS_INTEGER, "|version|position|rank|sort|sort_order|ordinal|depth|",
	 "1|2|3|4|5|6|7|8|9|10|11|12", NULL, 0, 0, 0.02, 4},
	{GUESS_INTEGER, "|age|", NULL, "18|22|26|30|34|39|44|50|57|66|90", 73, 0,
	 0.05, 4},
	{GUESS_INTEGER, "|year|", NULL, "1990|2002|2010|2015|2018|2020|2022|2026",
	 36, 0, 0.05, 4},
	{GUESS_INTEGER,
	 "|price|amount|total|cost|fee|balance|salary|cents|revenue|", NULL,
	 "100|490|990|1450|1990|2900|4250|6490|9900|18000|99900", 3000, 0, 0.02, 8},
	{GUESS_INTEGER,
	 "|count|views|likes|clicks|visits|stock|size|length|bytes|duration|"
	 "weight|height|width|",
	 "0|1|2|3", "4|5|6|8|11|16|25|45|110|500|5000", 2000, 0, 0.02, 4},
	{GUESS_INTEGER, "|id|", NULL, NULL, 0, 0, 0.05, 4},
	{GUESS_INTEGER, NULL, "0|1|2", "3|4|5|7|10|14|20|32|60|150|1000", 700, 0,
	 0.05, 4},

	/* decimals */
	{GUESS_DECIMAL, "|lat|latitude|", NULL,
	 "-54.801912|-23.550521|1.352083|19.432608|34.052235|40.712776|48.856613|"
	 "52.520008|59.329324|69.649205",
	 -1, 0, 0.05, 8},
	{GUESS_DECIMAL, "|lon|lng|long|longitude|", NULL,
	 "-122.419416|-99.133209|-73.935242|-46.633308|-0.127758|2.352222|"
	 "13.404954|18.068581|103.819839|151.209296",
	 -1, 0, 0.05, 8},
	{GUESS_DECIMAL, "|rating|score|stars|", NULL,
	 "0.5|2.5|3.1|3.6|3.9|4.2|4.4|4.6|4.8|5", 46, 0, 0.1, 8},
	{GUESS_DECIMAL, "|percent|percentage|share|ratio|rate|discount|tax|vat|",
	 "0", "0.5|2|4|6|8|10|12.5|15|20|25|50|100", 200, 0, 0.05, 8},
	{GUESS_DECIMAL, NULL, NULL, PRICES, 2500, 0, 0.02, 8},

	/* flags */
	{GUESS_BOOL,
	 "|active|is_active|enabled|is_enabled|visible|is_visible|public|"
	 "is_public|valid|is_valid|verified|confirmed|available|",
	 "true|false", NULL, 0, 0, 0.02, 1},
	{GUESS_BOOL, NULL, "false|true", NULL, 0, 0, 0.02, 1},

	/* times */
	{GUESS_DATE, "|birth|birthday|birthdate|birth_date|date_of_birth|dob|born|",
	 NULL, "1940-01-01|1960-01-01|1975-01-01|1990-01-01|2000-01-01|2008-01-01",
	 20000, 0, 0.1, 4},
	{GUESS_DATE, NULL, NULL, "2024-01-01|2025-12-31", 731, 0.95, 0.05, 4},
	{GUESS_TIMESTAMP,
	 "|deleted_at|archived_at|cancelled_at|canceled_at|banned_at|blocked_at|",
	 NULL, "2024-01-01 00:00:00|2025-12-31 23:59:59", -0.1, 0.9, 0.9, 8},
	{GUESS_TIMESTAMP, "|updated|updated_at|modified|modified_at|last|", NULL,
	 "2024-01-01 00:00:00|2025-12-31 23:59:59", -1, 0.8, 0.1, 8},
	{GUESS_TIMESTAMP, NULL, NULL, "2024-01-01 00:00:00|2025-12-31 23:59:59", -1,
	 1, 0.1, 8},
	{GUESS_TIME, NULL, NULL, "06:00|08:00|09:30|11:00|13:00|15:30|18:00|22:00",
	 900, 0, 0.05, 8},
	{GUESS_INTERVAL, NULL, NULL,
	 "00:00:10|00:01:00|00:05:00|00:15:00|00:45:00|02:00:00|08:00:00|48:00:00",
	 5000, 0, 0.05, 16},

	/* others; a UUID of version 4 is random */
	{GUESS_UUID, NULL, NULL,
	 "00000000-0000-4000-8000-000000000000|"
	 "ffffffff-ffff-4fff-bfff-ffffffffffff",
	 -1, 0, 0.05, 16},
	{GUESS_ADDRESS, NULL, NULL,
	 "10.0.0.1|10.255.255.254|172.16.0.1|172.31.255.254|192.168.0.1|"
	 "192.168.255.254",
	 -0.2, 0, 0.05, 7},
	{GUESS_CHAR, NULL, "a|b|c|d|e", NULL, 0, 0, 0.05, 1},
	{GUESS_POINT, NULL, NULL,
	 "(59.33,18.06)|(52.52,13.4)|(48.86,2.35)|(51.5,-0.13)|(40.71,-74.01)|"
	 "(34.05,-118.24)|(35.68,139.69)|(-33.87,151.21)",
	 -1, 0, 0.05, 16},
	{GUESS_OTHER, NULL, NULL, NULL, 0, 0, 0.05, 8},
};

const ValueGuessRule *const value_guess_rules = rules;
