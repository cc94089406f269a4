<?php
// Prepares a Moodle 4.1 or newer for the tests: one course, its people, the tool registered by hand, and links to it.
//
// Runs inside the site, as the user that owns its data. It can be read from standard input, so nothing has to be copied there:
//   php -- --moodle=/var/www/html --tool=http://127.0.0.1:8080 < provision.php
// Prints one JSON object: what `lti-tool platform add` needs, the course, its links, and the people with fresh passwords.
// What it does instead, such as --complete and --remove, needs the `run` of that object.

// Passed on to PHP's own command line too, so no option here may be one of PHP's.
define('CLI_SCRIPT', true);

const USAGE = <<<'TEXT'
  --moodle=DIR         the site's code (the folder that holds config.php)
  --tool=URL           the tool's public address, without a slash at the end
  --login-path=PATH    the tool's login initiation (default /lti/login)
  --launch-path=PATH   the tool's launch and redirect address (default /lti/launch)
  --jwks-path=PATH     the tool's keys (default /.well-known/jwks.json)
  --learners=N         how many learners to enrol (default 3)
  --unregistered       neither register the tool nor make links: an administrator of this run will, in Moodle's own pages
  --allow-loopback     let Moodle fetch the tool's keys from this machine: changes the site's cURL security settings
  --complete=USERNAME  instead: mark the course's reading as done for this learner of --run
  --undo=USERNAME      instead: take that back
  --token              instead: make a service account for --run with the few rights that the tool asks for, and print its token
  --grade=USERNAME     instead: print the learner's grade in the column of the link --link of --run
  --link=ID            the `resource_link_id` that --grade speaks of
  --remove             instead: delete the course, the people and the registration of --run
  --run=NAME           the run that the lines with "instead" speak of
TEXT;

/** Ends with one sentence on standard error. */
function stop(string $sentence): never {
    file_put_contents('php://stderr', "provision: $sentence\n"); // STDERR is not defined when the script is read from standard input.
    exit(2);
}

/** The options of the command line; an unknown one ends the script. */
function read_options(array $arguments): array {
    $options = ['login-path' => '/lti/login', 'launch-path' => '/lti/launch', 'jwks-path' => '/.well-known/jwks.json', 'learners' => '3'];
    $known = ['moodle', 'tool', 'login-path', 'launch-path', 'jwks-path', 'learners', 'unregistered', 'allow-loopback', 'complete', 'undo', 'token', 'grade', 'link', 'remove', 'run'];
    foreach (array_slice($arguments, 1) as $argument) {
        if ($argument === '--') {
            continue;
        }
        if (!preg_match('/^--([a-z-]+)(?:=(.*))?$/s', $argument, $parts) || !in_array($parts[1], $known, true)) {
            stop("unknown option $argument\n" . USAGE);
        }
        $options[$parts[1]] = $parts[2] ?? '1';
    }
    return $options;
}

/** A person of this run with a fresh password. */
function add_person(string $run, string $name, string $firstname, string $lastname): array {
    $username = "badges-$run-$name";
    $password = generate_password(16);
    $id = user_create_user((object) [
        'username' => $username, 'password' => $password, 'auth' => 'manual', 'confirmed' => 1,
        'mnethostid' => get_config('core', 'mnet_localhost_id'), 'firstname' => $firstname, 'lastname' => $lastname,
        'email' => "$username@example.com", 'lang' => 'en',
    ], true, false);
    return ['id' => (string) $id, 'username' => $username, 'password' => $password, 'name' => "$firstname $lastname", 'email' => "$username@example.com"];
}

/** Lets a person administer the site, or no longer. */
function set_administrator(string $id, bool $may): void {
    global $CFG;
    $others = array_diff(explode(',', $CFG->siteadmins), [$id]);
    set_config('siteadmins', implode(',', $may ? [...$others, $id] : $others));
}

/** Enrols by the course's manual enrolment, with the site's role of this archetype. */
function enrol_person(stdClass $course, array $person, string $archetype): void {
    global $DB;
    $role = current(get_archetype_roles($archetype)) ?: stop("this site has no role of the archetype $archetype");
    $instance = $DB->get_record('enrol', ['courseid' => $course->id, 'enrol' => 'manual'], '*', MUST_EXIST);
    enrol_get_plugin('manual')->enrol_user($instance, (int) $person['id'], $role->id);
}

/** What every activity of the course has in common. */
function activity(stdClass $course, string $module, string $name): stdClass {
    return (object) [
        'modulename' => $module, 'course' => $course->id, 'section' => 1, 'visible' => 1, 'name' => $name, 'cmidnumber' => '',
        'introeditor' => ['text' => '', 'format' => FORMAT_HTML, 'itemid' => 0],
    ];
}

/** A page that learners tick off, and the only thing that the course's completion asks for. */
function add_reading(stdClass $course): int {
    $page = activity($course, 'page', 'Read this first');
    $page->content = '<p>Read this, then mark it as done.</p>';
    $page->contentformat = FORMAT_HTML;
    $page->display = 5; // On Moodle's own page.
    $page->printintro = $page->printlastmodified = 0;
    $page->completion = COMPLETION_TRACKING_MANUAL;
    $reading = (int) create_module($page)->coursemodule;

    $criteria = (object) ['id' => $course->id, 'criteria_activity' => [$reading => 1]];
    (new completion_criteria_activity())->update_config($criteria);
    foreach ([null, COMPLETION_CRITERIA_TYPE_ACTIVITY] as $type) {
        $aggregation = new completion_aggregation(['course' => $course->id, 'criteriatype' => $type], false);
        $aggregation->course = $course->id;
        $aggregation->criteriatype = $type;
        $aggregation->setMethod(COMPLETION_AGGREGATION_ALL);
        $aggregation->save();
    }
    return $reading;
}

/** The tool as an administrator enters it under "configure a tool manually". */
function register_tool(string $run, array $options): stdClass {
    $base = $options['tool'];
    $launch = $base . $options['launch-path'];
    $type = (object) ['state' => LTI_TOOL_STATE_CONFIGURED, 'course' => SITEID];
    $id = lti_add_type($type, (object) [
        'lti_typename' => "Badges $run", 'lti_toolurl' => $launch, 'lti_description' => 'Awards badges.', 'lti_ltiversion' => LTI_VERSION_1P3,
        'lti_keytype' => LTI_JWK_KEYSET, 'lti_publickeyset' => $base . $options['jwks-path'],
        'lti_initiatelogin' => $base . $options['login-path'], 'lti_redirectionuris' => $launch,
        'lti_coursevisible' => LTI_COURSEVISIBLE_ACTIVITYCHOOSER, 'lti_launchcontainer' => LTI_LAUNCH_CONTAINER_REPLACE_MOODLE_WINDOW,
        'lti_sendname' => LTI_SETTING_ALWAYS, 'lti_sendemailaddr' => LTI_SETTING_ALWAYS, 'lti_acceptgrades' => LTI_SETTING_ALWAYS,
        'ltiservice_memberships' => 1, 'ltiservice_gradesynchronization' => 2, 'ltiservice_toolsettings' => 0,
    ]);
    return lti_get_type($id);
}

/** A link to the tool; `container` is how Moodle opens it. */
function add_link(stdClass $course, stdClass $tool, string $name, int $container, ?int $after = null): array {
    $link = activity($course, 'lti', $name);
    $link->typeid = $tool->id;
    $link->toolurl = '';
    $link->launchcontainer = $container;
    $link->instructorchoicesendname = $link->instructorchoicesendemailaddr = $link->instructorchoiceacceptgrades = LTI_SETTING_ALWAYS;
    $link->grade = 100;
    if ($after !== null) {
        $done = ['type' => 'completion', 'cm' => $after, 'e' => COMPLETION_COMPLETE];
        $link->availability = json_encode(['op' => '&', 'c' => [$done], 'showc' => [true]]);
    }
    $made = create_module($link);
    return ['url' => (new moodle_url('/mod/lti/view.php', ['id' => $made->coursemodule]))->out(false), 'resource_link_id' => (string) $made->instance];
}

/** Takes this machine out of the hosts that Moodle does not fetch from, and lets it use the tool's port. */
function allow_loopback(string $tool): void {
    global $CFG;
    $blocked = preg_split('/\s+/', $CFG->curlsecurityblockedhosts ?? '', -1, PREG_SPLIT_NO_EMPTY);
    set_config('curlsecurityblockedhosts', implode("\n", array_diff($blocked, ['127.0.0.0/8', 'localhost', '0000::1'])));
    $ports = preg_split('/\s+/', $CFG->curlsecurityallowedport ?? '', -1, PREG_SPLIT_NO_EMPTY);
    $ports[] = (string) (parse_url($tool, PHP_URL_PORT) ?: (str_starts_with($tool, 'https:') ? 443 : 80));
    set_config('curlsecurityallowedport', implode("\n", array_unique($ports)));
}

/** Makes everything of a new run and returns what the tests need. */
function provision(array $options): array {
    global $CFG, $DB;
    if (!preg_match('#^https?://[^/]+(/.*[^/])?$#', $options['tool'] ?? '')) {
        stop("--tool is the tool's public address without a slash at the end\n" . USAGE);
    }
    if (isset($options['allow-loopback'])) {
        allow_loopback($options['tool']);
    }
    $run = strtolower(random_string(8));
    $category = $DB->get_field_sql('SELECT MIN(id) FROM {course_categories}');
    $course = create_course((object) [
        'fullname' => 'DX入門 / Introduction to DX', 'shortname' => "badges-$run", 'category' => $category,
        'enablecompletion' => 1, 'numsections' => 1, 'format' => 'topics', 'visible' => 1,
        'summary' => $options['tool'], // By which --remove finds what was registered in Moodle's own pages.
    ]);
    $teacher = add_person($run, 'teacher', 'Grace', 'Hopper');
    enrol_person($course, $teacher, 'editingteacher');
    $names = [['花子', '山田'], ['Ada', 'Lovelace'], ['Siobhán', "O'Neill"]];
    $learners = [];
    for ($i = 1; $i <= (int) $options['learners']; $i++) {
        $learner = add_person($run, "learner$i", $names[$i - 1][0] ?? "Learner$i", $names[$i - 1][1] ?? 'Tester');
        enrol_person($course, $learner, 'student');
        $learners[] = $learner;
    }
    $reading = add_reading($course);
    $made = [
        'run' => $run, 'moodle_release' => $CFG->release, 'issuer' => $CFG->wwwroot,
        'course' => ['id' => (string) $course->id, 'title' => $course->fullname, 'url' => "$CFG->wwwroot/course/view.php?id=$course->id"],
        'teacher' => $teacher, 'learners' => $learners,
    ];
    if (isset($options['unregistered'])) {
        $administrator = add_person($run, 'administrator', 'Katherine', 'Johnson');
        set_administrator($administrator['id'], true);
        return $made + ['administrator' => $administrator, 'reading' => (string) $reading];
    }
    $tool = register_tool($run, $options);
    return $made + [
        'platform' => [
            'issuer' => $CFG->wwwroot, 'client_id' => $tool->clientid, 'deployment_id' => (string) $tool->id,
            'authorization_endpoint' => "$CFG->wwwroot/mod/lti/auth.php", 'token_endpoint' => "$CFG->wwwroot/mod/lti/token.php",
            'jwks_uri' => "$CFG->wwwroot/mod/lti/certs.php",
        ],
        'links' => [
            'replace' => add_link($course, $tool, 'Badges', LTI_LAUNCH_CONTAINER_REPLACE_MOODLE_WINDOW),
            'embed' => add_link($course, $tool, 'Badges in a frame', LTI_LAUNCH_CONTAINER_EMBED_NO_BLOCKS),
            'finished' => add_link($course, $tool, 'Badges for those who have read it', LTI_LAUNCH_CONTAINER_REPLACE_MOODLE_WINDOW, $reading),
        ],
    ];
}

/** The course of a run. */
function course_of(array $options): stdClass {
    global $DB;
    $run = $options['run'] ?? '';
    if (!preg_match('/^[a-z0-9]{8}$/', $run)) {
        stop('--run is the `run` that was printed when the course was made');
    }
    return $DB->get_record('course', ['shortname' => "badges-$run"]) ?: stop("there is no course of the run $run");
}

/** Sets whether the reading is done for a learner, as if the learner had ticked it. */
function set_reading_done(array $options, string $username, int $state): void {
    global $DB;
    $course = course_of($options);
    $user = $DB->get_record('user', ['username' => $username]) ?: stop("there is no user $username");
    $page = current(get_coursemodules_in_course('page', $course->id));
    (new completion_info($course))->update_state($page, $state, $user->id, true);
}

/** A service account of the run with exactly the rights that `lti-tool platform moodle-token` prints, and a token for Moodle's web services. */
function make_token(array $options): array {
    global $DB;
    course_of($options);
    $run = $options['run'];
    set_config('enablewebservices', 1);
    $protocols = array_filter(explode(',', get_config('core', 'webserviceprotocols') ?: ''));
    set_config('webserviceprotocols', implode(',', array_unique([...$protocols, 'rest'])));
    $account = add_person($run, 'service', 'Badge', 'Service');
    $site = context_system::instance();
    $role = create_role("Badges $run", "badges-$run", '');
    foreach (['webservice/rest:use', 'moodle/course:view', 'report/completion:view'] as $right) {
        assign_capability($right, CAP_ALLOW, $role, $site->id, true);
    }
    role_assign($role, $account['id'], $site->id);
    $services = new webservice();
    $service = $services->add_external_service((object) [
        'name' => "Badges $run", 'shortname' => "badges_$run", 'enabled' => 1, 'restrictedusers' => 0, 'downloadfiles' => 0, 'uploadfiles' => 0,
        'requiredcapability' => '', 'timecreated' => time(),
    ]);
    foreach (['core_completion_get_course_completion_status', 'core_completion_get_activities_completion_status'] as $function) {
        $services->add_external_function_to_service($function, $service);
    }
    $service = $DB->get_record('external_services', ['id' => $service], '*', MUST_EXIST);
    $generate = class_exists('core_external\\util') ? ['core_external\\util', 'generate_token'] : 'external_generate_token';
    return ['token' => $generate(EXTERNAL_TOKEN_PERMANENT, $service, (int) $account['id'], $site)];
}

/** What stands in the column of a link for a learner; null if nothing does. */
function grade_of(array $options, string $username): array {
    global $DB;
    $course = course_of($options);
    $user = $DB->get_record('user', ['username' => $username]) ?: stop("there is no user $username");
    $column = current(grade_get_grades($course->id, 'mod', 'lti', (int) ($options['link'] ?? 0), $user->id)->items) ?: stop('--link has no column');
    $grade = $column->grades[$user->id]->grade;
    return ['grade' => $grade === null ? null : (float) $grade, 'of' => (float) $column->grademax];
}

/** Deletes whatever a run has made. */
function remove_run(array $options): void {
    global $DB;
    $course = course_of($options);
    $run = $options['run'];
    ob_start(); // Moodle reports its progress here.
    delete_course($course, false);
    ob_end_clean();
    foreach ($DB->get_records_select('lti_types', $DB->sql_like('baseurl', '?'), [$DB->sql_like_escape($course->summary) . '/%']) as $type) {
        lti_delete_type($type->id);
    }
    foreach ($DB->get_records_select('user', $DB->sql_like('username', '?') . ' AND deleted = 0', ["badges-$run-%"]) as $user) {
        set_administrator($user->id, false);
        user_delete_user($user);
    }
    if ($service = $DB->get_record('external_services', ['shortname' => "badges_$run"])) {
        (new webservice())->delete_service($service->id);
    }
    if ($role = $DB->get_record('role', ['shortname' => "badges-$run"])) {
        delete_role($role->id);
    }
}

$options = read_options($argv);
$config = ($options['moodle'] ?? '') . '/config.php';
is_file($config) || stop("--moodle is the folder with Moodle's config.php\n" . USAGE);
require($config);
require_once("$CFG->libdir/clilib.php");
require_once("$CFG->libdir/completionlib.php");
require_once("$CFG->dirroot/completion/criteria/completion_criteria_activity.php");
require_once("$CFG->dirroot/course/lib.php");
require_once("$CFG->dirroot/user/lib.php");
require_once("$CFG->dirroot/mod/lti/locallib.php");
require_once("$CFG->dirroot/webservice/lib.php");
require_once("$CFG->libdir/gradelib.php");
$CFG->noemailever = true; // Nobody is written to about what happens here.
\core\session\manager::set_user(get_admin());

if (isset($options['complete'])) {
    set_reading_done($options, $options['complete'], COMPLETION_COMPLETE);
} else if (isset($options['undo'])) {
    set_reading_done($options, $options['undo'], COMPLETION_INCOMPLETE);
} else if (isset($options['token'])) {
    echo json_encode(make_token($options)), "\n";
} else if (isset($options['grade'])) {
    echo json_encode(grade_of($options, $options['grade'])), "\n";
} else if (isset($options['remove'])) {
    remove_run($options);
} else {
    echo json_encode(provision($options), JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE), "\n";
}
