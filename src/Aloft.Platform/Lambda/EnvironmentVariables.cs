using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aloft.Wire;

namespace Aloft.Platform.Lambda;

/// <summary>https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html</summary>
internal static partial class EnvironmentVariables
{
    const string Unable =
        "Lambda was unable to configure your environment variables because the environment variables you have provided ";

    /// <summary>What the runtime sets itself. AWS lets the other defined ones (PATH, LANG, TZ, …) be changed.</summary>
    static readonly HashSet<string> Reserved =
    [
        "_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
        "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
    ];

    static readonly JsonSerializerOptions AsMeasured = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Null when <c>Environment</c> was not sent; an empty map when it was sent without variables. Names the model refuses become faults.
    /// </summary>
    public static IReadOnlyDictionary<string, string>? Read(Members input, ICollection<Members> nested)
    {
        if (input.OptionalStructure("Environment") is not { } environment)
            return null;
        nested.Add(environment);
        var variables = environment.OptionalMap("Variables") ?? new SortedDictionary<string, string>();
        if (!variables.Keys.All(name => Reserved.Contains(name) || Name().IsMatch(name)))
            environment.Fault("Variables", $"{{{string.Join(", ", variables.Keys)}}}",
                "Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]");
        return variables;
    }

    /// <summary>Throws <c>InvalidParameterValueException</c> for reserved names and for too much.</summary>
    public static void Check(IReadOnlyDictionary<string, string> variables)
    {
        var reserved = variables.Keys.Where(Reserved.Contains).ToList();
        if (reserved.Count > 0)
            throw LambdaError.Invalid(
                $"{Unable}contains reserved keys that are currently not supported for modification. "
                + $"Reserved keys used in this request: {string.Join(", ", reserved)}");

        var json = JsonSerializer.SerializeToUtf8Bytes(Json(variables), AsMeasured);
        if (json.Length > Limits.EnvironmentBytes)
            throw LambdaError.Invalid($"{Unable}exceeded the 4KB limit. Bytes measured: {json.Length}");
        if (variables.Values.Any(value => value.Contains('\0')))
            throw LambdaError.Invalid($"{Unable}contains a zero character.");
    }

    public static JsonObject Json(IReadOnlyDictionary<string, string> variables) =>
        new(variables.Select(variable => KeyValuePair.Create(variable.Key, (JsonNode?)variable.Value)));

    [GeneratedRegex(@"\A[a-zA-Z][a-zA-Z0-9_]+\z")]
    private static partial Regex Name();
}
