namespace Aloft.Tests.EndToEnd;

/// <summary>
/// Every script below tests/clients is one test: an unmodified client (the aws CLI, boto3, the AWS SDK for JavaScript) going
/// through one subject. A script ends with 0, or says what was not as AWS has it. Most of their time is the clients' own, so that they
/// may run beside other tests.
/// </summary>
public sealed class ClientTests(SharedProgram shared) : IClassFixture<SharedProgram>
{
    static readonly Lazy<Task> installed = new(Install);

    internal static Task JavaScriptSdk => installed.Value;

    public static TheoryData<string> Scripts => new(
        new[] { "cli", "python", "javascript" }
            .SelectMany(client => Directory.EnumerateFiles(Repository.PathOf("tests", "clients", client)))
            .Where(file => Path.GetFileName(file)[0] != '_' && Path.GetExtension(file) is ".sh" or ".py" or ".mjs")
            .Select(file => Path.GetRelativePath(Repository.PathOf("tests", "clients"), file))
            .Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Unmodified_client_works(string script)
    {
        var file = Repository.PathOf("tests", "clients", script);
        var interpreter = Path.GetExtension(file) switch
        {
            ".sh" => "/bin/bash",
            ".py" => "/usr/bin/python3",
            _ => "node",
        };
        if (interpreter == "node")
            await JavaScriptSdk;

        using var folder = new TemporaryFolder();
        folder.Write("node.zip", Package.Of(("index.js", FirstCode)));
        folder.Write("node2.zip", Package.Of(("index.js", SecondCode)));
        folder.Write("python.zip", Package.Of(("app.py", PythonCode)));
        folder.Write("dotnet.zip", Package.OfFiles(Runtimes.DotnetHost.File));
        folder.Write("dotnet-program.zip", Package.OfFiles(Runtimes.DotnetHost.ProgramFiles));
        folder.Write("url.zip", Package.Of(("index.js", UrlCode)));
        folder.Write("stream.zip", Package.Of(("index.js", StreamCode)));

        // The aws CLI takes half a second to start, and cli/examples.sh starts it ninety times.
        (await Command.Run(interpreter, [file], Environment(shared.Program.Endpoint), folder.Path, TimeSpan.FromMinutes(5))).MustSucceed();
    }

    const string FirstCode = """
        exports.handler = async (event, context) => {
          console.log('first code got', JSON.stringify(event));
          return { code: 1, event, name: context.functionName, client: context.clientContext ?? null, color: process.env.COLOR ?? null };
        };
        """;

    const string SecondCode = "exports.handler = async () => ({ code: 2, color: process.env.COLOR ?? null });";

    const string StreamCode = """
        exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {
          const asked = event.rawPath ? Object.fromEntries(Object.entries(event.queryStringParameters ?? {}).map(([k, v]) => [k, Number(v)])) : event;
          if (asked.http) {
            const prelude = { statusCode: 201, headers: { 'content-type': 'text/plain', 'x-custom': 'yes' }, cookies: ['a=1', 'b=2'] };
            stream = awslambda.HttpResponseStream.from(stream, prelude);
          }
          if (asked.whoami) stream.write(JSON.stringify(event.requestContext.authorizer));
          for (let part = 0; part < (asked.parts ?? 0); part++) {
            stream.write(`part ${part}\n`);
            await new Promise((done) => setTimeout(done, asked.pause ?? 1));
          }
          if (asked.fail) throw new Error('in mid-stream');
          for (let left = asked.bytes ?? 0; left > 0; left -= 100_000)
            if (!stream.write(Buffer.alloc(Math.min(left, 100_000), 'x'))) await new Promise((done) => stream.once('drain', done));
          stream.end();
        });
        """;

    const string PythonCode = """
        import time

        def handler(event, context):
            print('python got', event)
            time.sleep(event.get('sleep', 0))
            if event.get('fail'):
                raise ValueError('as asked')
            return {'code': 3, 'remaining': context.get_remaining_time_in_millis() > 0}
        """;

    const string UrlCode = """
        exports.handler = async event => ({
          statusCode: 201,
          headers: { 'content-type': 'application/json', 'x-from': 'function' },
          cookies: ['a=1; Path=/', 'b=2'],
          body: JSON.stringify(event),
        });
        """;

    static Dictionary<string, string> Environment(Uri endpoint) => new()
    {
        ["AWS_ENDPOINT_URL"] = endpoint.ToString().TrimEnd('/'),
        ["AWS_ACCESS_KEY_ID"] = Accounts.Next(),
        ["AWS_SECRET_ACCESS_KEY"] = "secret",
        ["AWS_DEFAULT_REGION"] = "us-east-1",
        ["AWS_REGION"] = "us-east-1",
        ["AWS_CONFIG_FILE"] = "/dev/null",
        ["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
        ["AWS_PAGER"] = "",
    };

    static async Task Install()
    {
        var folder = Repository.PathOf("tests", "clients");
        if (!File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json")))
            (await Command.Run("npm", ["ci", "--no-audit", "--no-fund"], folder: folder, within: TimeSpan.FromMinutes(5))).MustSucceed();
    }
}
