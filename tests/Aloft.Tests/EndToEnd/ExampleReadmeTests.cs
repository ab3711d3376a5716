namespace Aloft.Tests.EndToEnd;

/// <summary>What the READMEs of examples tell to type, typed: by a shell, at the root of the repository, against the real program.</summary>
[Collection(RealProgram.Name)]
public sealed class ExampleReadmeTests(SharedProgram shared) : IClassFixture<SharedProgram>
{
    /// <summary>Debian's aws CLI is older than AWS_ENDPOINT_URL and than --invoke-mode: its model lacks that one member.</summary>
    const string DebiansCli = """
        aws() {
          if [[ $* == *--invoke-mode* ]] && ! command aws lambda create-function-url-config help | grep -q invoke-mode; then
            curl -s --aws-sigv4 aws:amz:us-east-1:lambda --user "$AWS_ACCESS_KEY_ID:any" \
              --json '{"AuthType":"NONE","InvokeMode":"RESPONSE_STREAM"}' \
              "$AWS_ENDPOINT_URL/2021-10-31/functions/streaming/url" | jq -r .FunctionUrl
          else
            command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"
          fi
        }

        """;

    [Theory]
    [InlineData("streaming", "line 1 of 5\nline 2 of 5\nline 3 of 5\nline 4 of 5\nline 5 of 5")]
    [InlineData("layer", """{"a": 3, "rose": 3, "is": 2}""")]
    [InlineData("command", """{"total":10}""")]
    [InlineData("typescript", """{"total":"EUR 11.20"}""")]
    [InlineData("typescript", "at cents (/var/task/money.ts:5:")]
    public async Task What_is_typed_answers_as_it_says(string example, string expected)
    {
        var readme = await File.ReadAllLinesAsync(Repository.PathOf("examples", example, "README.md"));
        var commands = readme.Where(line =>
            line.StartsWith("    ", StringComparison.Ordinal) && !line.Contains("export AWS_ENDPOINT_URL", StringComparison.Ordinal));
        var script = $"aloft() {{ dotnet {AloftProgram.ProgramFile} \"$@\"; }}\n{string.Join('\n', commands)}\n";
        var environment = new Dictionary<string, string>
        {
            ["AWS_ENDPOINT_URL"] = shared.Program.Endpoint.ToString().TrimEnd('/'),
            ["AWS_ACCESS_KEY_ID"] = Accounts.Next(), ["AWS_SECRET_ACCESS_KEY"] = "any",
            ["AWS_DEFAULT_REGION"] = "us-east-1", ["AWS_REGION"] = "us-east-1", ["AWS_PAGER"] = "", ["AWS_CONFIG_FILE"] = "/dev/null",
        };
        script = DebiansCli + script;

        var run = await Command.Run("/bin/bash", ["-c", script], environment, Repository.Root, TimeSpan.FromMinutes(3));

        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
    }
}
