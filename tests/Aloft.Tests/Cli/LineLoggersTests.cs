using System.Text.Json.Nodes;
using Aloft.Logging;
using Microsoft.Extensions.Logging;

namespace Aloft.Tests.Cli;

public sealed class LineLoggersTests
{
    readonly StringWriter output = new();
    readonly StringWriter error = new();

    [Fact]
    public void Json_is_an_object_each_line_on_standard_output_with_the_values_and_the_whole_fault()
    {
        Logger(json: true).LogWarning(new IOException("full\ndisk"), "Function {Name} failed {Count} times", "f", 3);
        var line = JsonNode.Parse(Assert.Single(output.ToString().TrimEnd('\n').Split('\n')))!;
        Assert.Equal(("warning", "Aloft.Test", "Function f failed 3 times"), ((string?)line["level"], (string?)line["source"], (string?)line["message"]));
        Assert.Equal("""{"Name":"f","Count":3}""", line["values"]!.ToJsonString());
        Assert.StartsWith("System.IO.IOException: full\ndisk", (string?)line["error"], StringComparison.Ordinal);
        Assert.Equal("", error.ToString());
    }

    [Fact]
    public void Text_goes_to_standard_error()
    {
        Logger(json: false).LogError("It broke");
        Assert.Matches(@"^\d\d:\d\d:\d\d\.\d{3} error: It broke\n$", error.ToString());
        Assert.Equal("", output.ToString());
    }

    [Fact]
    public void What_is_only_for_developers_is_left_out()
    {
        Logger(json: false).LogDebug("detail");
        Logger(json: false, "Microsoft.AspNetCore.Server").LogInformation("listening");
        Assert.Equal("", error.ToString());
    }

    ILogger Logger(bool json, string source = "Aloft.Test")
    {
        var around = new Surroundings { Input = Stream.Null, Output = output, Error = error, Environment = _ => null, Folder = "/" };
        return LineLoggers.Create(around, json).CreateLogger(source);
    }
}
