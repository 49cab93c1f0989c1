/** An evening in a newsroom, for the pictures of the docs: hours pass between two stories. */

/** @import { Feed, Newsroom } from '../browser/newsroom.js' */

/** @typedef {{minutes: number, words: string[]}} Act what is done, and how many minutes ago */

/** Where it is afternoon or evening now, so that the stories are of a day. */
export const ZONE = zoneInTheAfternoon(new Date().getUTCHours());

/** @param {number} hour in UTC */
function zoneInTheAfternoon(hour) {
  if (hour < 5) return 'America/Los_Angeles';
  if (hour < 11) return 'Asia/Seoul';
  return hour < 18 ? 'Europe/Paris' : 'America/New_York';
}

/** The talks of the demonstration, as they go on. @param {Newsroom} newsroom */
export async function talks(newsroom) {
  const feed = await newsroom.feed(
    ...['--title', 'Three allies at one table', '--section', 'Diplomacy', '--zone', ZONE],
    ...['--description', 'The security chiefs of the United States, Japan and South Korea meet in Annapolis. What is known, as it becomes known.'],
  );
  await played(feed, TALKS);
  return feed;
}

/** The same for readers from right to left. @param {Newsroom} newsroom */
export async function talksInArabic(newsroom) {
  const feed = await newsroom.feed(
    ...['--title', 'ثلاثة حلفاء على طاولة واحدة', '--section', 'دبلوماسية', '--language', 'ar', '--zone', 'Asia/Riyadh'],
    ...['--description', 'يجتمع مستشارو الأمن القومي للولايات المتحدة واليابان وكوريا الجنوبية في أنابوليس. ما نعرفه، لحظة بلحظة.'],
  );
  await played(feed, TALKS_IN_ARABIC);
  return feed;
}

/** Does all of it, each at its time. @param {Feed} feed @param {Act[]} acts the oldest first */
export async function played(feed, acts) {
  for (const [index, { minutes, words }] of acts.entries()) {
    await feed.do(...words);
    await feed.backdate((minutes - (acts[index + 1]?.minutes ?? 0)) * 60);
  }
}

/**
 * @param {number} minutes ago
 * @param {string} headline
 * @param {string[]} more its body, and options
 * @returns {Act}
 */
const push = (minutes, headline, ...more) => ({ minutes, words: ['push', '--headline', headline, '--body', ...more] });

export const DRAFT =
  'South Korea has put a draft before its allies that would declare the Korean War over, as a first step and without conditions. Two people who have seen it say that it has a page and a half.\n\nWashington has not said no.';

const TALKS = [
  push(
    204,
    'Why Annapolis: the Naval Academy hosts the three delegations',
    'The delegations do not meet in the capital but some 50 kilometres to its east. The grounds of the Naval Academy are easy to close off, and far enough from Washington for a day without interruptions.',
    ...['--located', 'Annapolis', '--by', 'Ada Byron'],
  ),
  push(
    181,
    'Seoul’s adviser arrives first, and asks for a second room',
    'Suh Hoon came shortly before eight, ahead of his hosts. His staff asked for a room where two delegations can talk without the third.\n\nThe White House says that meetings of two were always part of the plan.',
    ...['--located', 'Annapolis', '--by', 'Kim Min-ji'],
  ),
  push(
    148,
    'The talks have begun',
    'At nine the doors closed behind the three security chiefs: Jake Sullivan of the United States, Shigeru Kitamura of Japan and Suh Hoon of South Korea.\n\nIt is the first time that the three sit at one table since the new administration took office.',
    ...['--located', 'Annapolis', '--urgency', '2', '--key-event'],
  ),
  push(
    97,
    'What Tokyo wants to hear',
    'For Japan the day is about one sentence in the closing statement: that all of the North’s missiles count, those of short range too.\n\n“Anything else would be a treaty about somebody else’s roof,” says a member of the delegation.',
    ...['--by', 'Aoi Tanaka', '--located', 'Tokyo'],
  ),
  push(
    58,
    'A declaration to end the war is on the table',
    DRAFT,
    ...['--by', 'Kim Min-ji', '--located', 'Annapolis', '--key-event'],
  ),
  push(
    31,
    'Lunch takes twice as long as planned',
    'The statement that was announced for noon is put off. Nobody at the Academy reads that as a bad sign: the three sit without their interpreters.',
    ...['--located', 'Annapolis'],
  ),
  push(
    6,
    'Allies agree to speak with one voice to Pyongyang',
    'The three countries will make their next offer to North Korea together, and none of them alone. So says the statement that they have just put out.\n\nIt names no date.',
    ...['--by', 'Ada Byron', '--located', 'Annapolis', '--urgency', '1', '--key-event'],
  ),
];

const TALKS_IN_ARABIC = [
  push(90, 'لماذا أنابوليس؟', 'لا تجتمع الوفود في العاصمة، بل على بعد نحو خمسين كيلومترا إلى الشرق منها، حيث يسهل إغلاق حرم الأكاديمية البحرية.', '--located', 'أنابوليس'),
  push(
    64,
    'بدء المحادثات الثلاثية',
    'في التاسعة صباحا أغلقت الأبواب خلف مستشاري الأمن القومي الثلاثة.\n\nوهي المرة الأولى التي يجلس فيها الثلاثة إلى طاولة واحدة منذ تولي الإدارة الجديدة مهامها.',
    ...['--located', 'أنابوليس', '--by', 'كيم مين جي', '--key-event'],
  ),
  push(
    9,
    'الحلفاء يتفقون على مخاطبة بيونغ يانغ بصوت واحد',
    'ستقدم الدول الثلاث عرضها المقبل إلى كوريا الشمالية معا، ولن تقدمه أي منها منفردة. هذا ما جاء في البيان الصادر قبل قليل.\n\nولم يحدد البيان موعدا.',
    ...['--located', 'أنابوليس', '--by', 'آدا بايرون', '--urgency', '1'],
  ),
];

export const NIGHT = [
  push(300, 'The polls have closed', 'Seven in ten have voted, more than at any election in twenty years. The count has begun in all districts.', '--key-event'),
  push(240, 'First numbers: too close to call', 'With one vote in ten counted, 200 of them part the two.', '--by', 'Ada Byron'),
  push(120, 'The harbour districts turn it', 'All four have counted. What looked like a tie at midnight is none any more.', '--by', 'Kim Min-ji', '--key-event'),
  push(40, 'She concedes', '“It was a good fight, and it is over.”', '--urgency', '1', '--key-event'),
];
