using System.IO.Compression;
using Aloft.Packaging;
using Aloft.Platform.Functions.Standby;

namespace Aloft.Tests.Cli;

public sealed class SourceTests : IDisposable
{
    readonly CommandRun command = new();

    public void Dispose() => command.Dispose();

    [Theory]
    [InlineData("greet.js", "exports.handler = 1", false, "greet", Language.Node, "greet.handler", "greet.js")]
    [InlineData("greet.js", "export const handler = 1", false, "greet", Language.Node, "greet.handler", "greet.mjs")]
    [InlineData("greet.v2.mjs", "export const handler = 1", false, "greet-v2", Language.Node, "greet_v2.handler", "greet_v2.mjs")]
    [InlineData("my greet.js", "exports.handler = 1", false, "my-greet", Language.Node, "my_greet.handler", "my_greet.js")]
    [InlineData("greet.py", "def handler(event, context):\n  pass", false, "greet", Language.Python, "greet.handler", "greet.py")]
    [InlineData("greet.py", "def lambda_handler(event, context):\n  pass\ndef handler(x):\n  pass", false, "greet", Language.Python, "greet.lambda_handler", "greet.py")]
    [InlineData("greet.sh", "#!/bin/sh", false, "greet", Language.Custom, "bootstrap", "bootstrap")]
    [InlineData("greet", "ELF", true, "greet", Language.Custom, "bootstrap", "bootstrap")]
    [InlineData("my-app/index.js", "exports.handler = 1", false, "my-app", Language.Node, "index.handler", "index.js")]
    public void One_file_tells_name_language_and_handler(
        string path, string text, bool executable, string name, Language language, string handler, string entry)
    {
        var source = Source.At(command.Write(path, text, executable));
        Assert.Equal((name, new SourceShape(language, handler)), (source.SuggestedName, source.Shape()));
        using var zip = new ZipArchive(new MemoryStream(source.Pack()));
        Assert.Equal(entry, Assert.Single(zip.Entries).FullName);
        Assert.Equal(language == Language.Custom ? 0x81ED : 0x81A4, zip.Entries[0].ExternalAttributes >>> 16);
    }

    [Theory]
    [InlineData("bootstrap index.js", Language.Custom, "bootstrap")]
    [InlineData("index.mjs", Language.Node, "index.handler")]
    [InlineData("app.py index.js", Language.Node, "index.handler")]
    [InlineData("lambda_function.py app.py", Language.Python, "lambda_function.lambda_handler")]
    [InlineData("app.py", Language.Python, "app.lambda_handler")]
    public void Folder_tells_language_and_handler_by_its_files(string files, Language language, string handler)
    {
        foreach (var file in files.Split(' '))
            command.Write($"f/{file}", "");
        Assert.Equal(new SourceShape(language, handler), Source.At(Path.Combine(command.Folder, "f")).Shape());
    }

    [Fact]
    public void Main_of_a_package_json_names_the_module()
    {
        command.Write("f/package.json", """{"main":"./src/server.js"}""");
        command.Write("f/src/server.js", "");
        command.Write("f/index.js", "");
        Assert.Equal("src/server.handler", Source.At(Path.Combine(command.Folder, "f")).Shape()!.Handler);
    }

    [Fact]
    public void Folder_without_a_known_file_has_no_shape()
    {
        command.Write("f/readme.txt", "");
        Assert.Null(Source.At(Path.Combine(command.Folder, "f")).Shape());
    }

    [Fact]
    public void Zip_goes_as_it_is()
    {
        command.Write("f/lambda_function.py", "def lambda_handler(e, c): pass");
        var zip = Path.Combine(command.Folder, "packed.zip");
        ZipFile.CreateFromDirectory(Path.Combine(command.Folder, "f"), zip);
        var source = Source.At(zip);
        Assert.Equal(("packed", "lambda_function.lambda_handler"), (source.SuggestedName, source.Shape()!.Handler));
        Assert.Equal(File.ReadAllBytes(zip), source.Pack());
    }

    [Theory]
    [InlineData("notes.txt", "hello")]
    [InlineData("broken.zip", "not a zip")]
    public void File_that_cannot_be_a_function_is_wrong_use(string path, string text) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<CommandFailed>(() => Source.At(command.Write(path, text))).ExitCode);
}
