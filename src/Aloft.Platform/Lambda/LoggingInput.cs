using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aloft.Platform.Functions.Registry;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>What a request says of a function's log; null is what was not sent. https://docs.aws.amazon.com/lambda/latest/api/API_LoggingConfig.html</summary>
internal sealed partial record LoggingInput(bool? IsJson, LogDetail? Application, LogDetail? System, string? Group)
{
    public static LoggingInput Read(Members config) => new(
        config.OptionalString("LogFormat", among: ["JSON", "Text"]) switch { null => null, var format => format == "JSON" },
        Level(config.OptionalString("ApplicationLogLevel", among: ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"])),
        Level(config.OptionalString("SystemLogLevel", among: ["DEBUG", "INFO", "WARN"])),
        config.OptionalString("LogGroup", 1, Limits.LogGroupLength, GroupPattern()));

    /// <summary>What was sent, over what there was. Throws for levels without the format that knows them.</summary>
    public LogSettings Over(LogSettings current)
    {
        if (IsJson ?? current.IsJson)
            return new(IsJson: true, Application ?? current.Application, System ?? current.System);
        if (Application is not null || System is not null)
            throw LambdaError.Invalid("ApplicationLogLevel and SystemLogLevel can be set only if LogFormat is JSON.");
        return LogSettings.Text;
    }

    public static JsonObject Json(FunctionVersion version)
    {
        var json = new JsonObject { ["LogFormat"] = version.Logging.IsJson ? "JSON" : "Text" };
        if (version.Logging.IsJson)
        {
            json["ApplicationLogLevel"] = version.Logging.Application.ToString().ToUpperInvariant();
            json["SystemLogLevel"] = version.Logging.System.ToString().ToUpperInvariant();
        }
        json["LogGroup"] = version.LogGroup;
        return json;
    }

    static LogDetail? Level(string? name) => Enum.TryParse<LogDetail>(name, ignoreCase: true, out var level) ? level : null;

    [GeneratedRegex(@"^[\.\-_/#A-Za-z0-9]+\z")]
    private static partial Regex GroupPattern();
}
