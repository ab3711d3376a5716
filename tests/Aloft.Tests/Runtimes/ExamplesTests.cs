using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Aloft.Packaging;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Tests.Runtimes;

/// <summary>The examples, on their own events, in the real runtimes.</summary>
public sealed class ExamplesTests
{
    static string Examples => Path.Combine(Interpreters.Repository, "examples");

    public static TheoryData<string> Names => [.. Directory.GetDirectories(Examples).Select(folder => Path.GetFileName(folder)).Order()];

    [Theory, MemberData(nameof(Names))]
    public void Every_example_has_a_manifest_an_event_and_a_readme(string name)
    {
        var folder = Path.Combine(Examples, name);
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "aloft.json")))!.AsObject();

        string[] known = ["name", "description", "runtime", "handler", "memory", "timeout", "environment", "build", "event"];
        Assert.Empty(manifest.Select(field => field.Key).Except(known));
        Assert.Equal(name, (string?)manifest["name"]);
        Assert.True(RuntimeCatalog.IsKnown((string)manifest["runtime"]!));
        Assert.NotNull(JsonNode.Parse(File.ReadAllText(Path.Combine(folder, (string)manifest["event"]!))));
        var readme = File.ReadAllText(Path.Combine(folder, "README.md"));
        Assert.True(readme.Contains($"aloft deploy examples/{name}") || readme.Contains("aloft deploy --command"), "The README tells how to deploy it.");
    }

    [Theory]
    [Node("hello-node", """{"message":"Hello, Ada!"}""")]
    [Python("hello-python", """{"message":"Hello, Ada!"}""")]
    public async Task The_greetings_greet(Language language, string name, string expected)
    {
        var answer = await Run(language, name);

        Assert.Equal(expected, answer.Json.ToJsonString());
        Assert.EndsWith("Greeting Ada", Assert.Single(answer.Logs));
    }

    [Theory, Python]
    public async Task The_planets_have_their_statistics(Language language)
    {
        var answer = (await Run(language, "csv-statistics")).Json;

        Assert.Equal(8, (int)answer["rows"]!);
        Assert.Equal(["rocky", "gas giant", "ice giant"], answer["groups"]!.AsObject().Select(group => group.Key));
        Assert.Equal(50087.125, (double)answer["columns"]!["diameter_km"]!["mean"]!);
        Assert.Equal((142984 + 120536) / 2.0, (double)answer["groups"]!["gas giant"]!["columns"]!["diameter_km"]!["median"]!);
        Assert.False(answer["columns"]!.AsObject().ContainsKey("planet"));
    }

    [Needs("node", "npm")]
    public async Task Markdown_becomes_HTML_with_the_packages_of_the_lock_file()
    {
        await using var host = await Copy(Language.Node, "markdown-to-html");
        await Npm(host.Folder.FullName);
        await host.Load("index.handler");

        var answer = (await host.Invoke("""{"markdown": "# A *title*\n\n1. one\n2. `two`\n\n<script>"}""")).Json;

        Assert.Equal("A title", (string?)answer["title"]);
        Assert.Equal(
            "<h1>A <em>title</em></h1>\n<ol>\n<li>one</li>\n<li><code>two</code></li>\n</ol>\n<p>&lt;script&gt;</p>\n", (string?)answer["html"]);
        var readme = (await host.Invoke(await Event("markdown-to-html"))).Json;
        Assert.Equal("Aloft", (string?)readme["title"]);
        Assert.True(readme["headings"]!.AsArray().Count > 3, "The sample event is a real text.");
        Assert.Equal("TypeError", (string?)(await host.Invoke()).Error["errorType"]);
    }

    [Fact]
    public void The_lock_file_names_no_registry()
    {
        var packages = JsonNode.Parse(File.ReadAllText(Path.Combine(Examples, "markdown-to-html/package-lock.json")))!["packages"]!.AsObject();

        Assert.All(packages, package => Assert.Null(package.Value!["resolved"]));
        Assert.All(packages.Where(package => package.Key != ""), package => Assert.NotNull(package.Value!["integrity"]));
    }

    [Fact]
    public async Task A_project_in_CSharp_is_built_and_describes_its_sample()
    {
        await using var host = await RuntimeHost.Boot(Language.Dotnet, []);
        foreach (var file in Directory.GetFiles(Path.Combine(Examples, "dotnet-statistics")))
            File.Copy(file, Path.Combine(host.Folder.FullName, Path.GetFileName(file)));
        var source = Source.At(host.Folder.FullName);
        await source.Build!(TextWriter.Null, CancellationToken.None);
        using (var zip = new ZipArchive(new MemoryStream(source.Pack())))
            zip.ExtractToDirectory(host.Folder.FullName);
        await host.Load(source.Handler(source.Manifest.Handler!));

        Assert.Equal("""{"count":8,"mean":5,"median":4.5,"deviation":2}""", (await host.Invoke(await Event("dotnet-statistics"))).Response);
        Assert.Equal("ArgumentException", (string?)(await host.Invoke()).Error["errorType"]);
    }

    [Needs("sh", "curl")]
    public async Task The_shell_runtime_answers_over_the_Runtime_API()
    {
        await using var api = await SmallRuntimeApi.Start();
        using var function = StartShell(api.Address, "words.count");
        try
        {
            Assert.Equal(
                """{"words":60,"most":[{"word":"it","times":10},{"word":"of","times":10},{"word":"the","times":10},{"word":"was","times":10},{"word":"age","times":2}]}""",
                await api.Invoke(await Event("shell-bootstrap")));
            Assert.Equal("""{"errorType":"Function.Failed","errorMessage":"count ended with status 1"}""", await api.Invoke("\"...\""));
            Assert.Equal("""{"words":1,"most":[{"word":"again","times":1}]}""", await api.Invoke("\"again\""));
        }
        finally
        {
            function.Kill(entireProcessTree: true);
            await function.WaitForExitAsync();
        }
    }

    static Process StartShell(string api, string handler)
    {
        var folder = Path.Combine(Examples, "shell-bootstrap");
        var start = new ProcessStartInfo(Path.Combine(folder, "bootstrap")) { WorkingDirectory = folder };
        start.Environment.Clear();
        foreach (var (name, value) in new[] { ("PATH", "/usr/bin:/bin"), ("_HANDLER", handler), ("LAMBDA_TASK_ROOT", folder), ("AWS_LAMBDA_RUNTIME_API", api) })
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    static async Task<Answer> Run(Language language, string name)
    {
        await using var host = await Copy(language, name);
        await host.Load((string)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Examples, name, "aloft.json")))!["handler"]!);
        return await host.Invoke(await Event(name));
    }

    static Task<string> Event(string name) => File.ReadAllTextAsync(Path.Combine(Examples, name, "event.json"));

    static Task<RuntimeHost> Copy(Language language, string name) =>
        RuntimeHost.Boot(
            language, [.. Directory.GetFiles(Path.Combine(Examples, name)).Select(file => (Path.GetFileName(file), File.ReadAllText(file)))]);

    static async Task Npm(string folder)
    {
        var start = new ProcessStartInfo(Interpreters.Find("npm")!, ["ci", "--omit=dev", "--no-audit", "--no-fund", "--prefer-offline"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var npm = Process.Start(start)!;
        var output = await Task.WhenAll(npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
        await npm.WaitForExitAsync();
        Assert.True(npm.ExitCode == 0, string.Concat(output));
    }
}
