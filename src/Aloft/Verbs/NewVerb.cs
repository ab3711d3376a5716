using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Aloft.Packaging;
using Aloft.Terminal;

namespace Aloft.Verbs;

/// <summary><c>aloft new NAME</c>: a folder with a function that works.</summary>
internal static partial class NewVerb
{
    const string Bootstrap = "bootstrap";

    enum Template { Node, TypeScript, Python, Dotnet, Shell }

    public static Command Command(Surroundings around)
    {
        var name = new Argument<string>("name") { Description = "The function's name, and its folder's" };
        var runtime = new Option<Template>("--runtime")
        {
            Description = "The language", HelpName = "node|typescript|python|dotnet|shell", DefaultValueFactory = _ => Template.Node,
        };
        runtime.AcceptOnlyFromAmong("node", "typescript", "python", "dotnet", "shell");
        var command = new Command("new", "Make a folder with a working function") { name, runtime };
        command.SetAction(parsed => Run(around, parsed.GetRequiredValue(name), parsed.GetValue(runtime).ToString().ToLowerInvariant()));
        return command;
    }

    static int Run(Surroundings around, string name, string template)
    {
        if (!FunctionName().IsMatch(name))
            throw CommandFailed.Usage($"'{name}' cannot be a function's name: letters, digits, hyphen and underscore, at most 64.");
        var folder = around.PathOf(name);
        if (Path.Exists(folder))
            throw CommandFailed.Usage($"{folder} exists already; nothing was written.");

        Directory.CreateDirectory(folder);
        var files = TemplateFiles(template).ToList();
        foreach (var file in files)
            Write(template, file, Path.Combine(folder, file));
        var sample = new JsonObject { ["name"] = "Ada" };
        var manifest = new JsonObject { ["name"] = name, ["event"] = sample.DeepClone() };
        File.WriteAllText(Path.Combine(folder, Manifest.FileName), Screen.Text(manifest, indented: true) + "\n");

        var screen = new Screen(around);
        screen.Line($"made {name}/ with {string.Join(", ", files)} and {Manifest.FileName} (its settings and a sample event).");
        screen.Line($"next: aloft deploy {name}");
        screen.Line($"      aloft invoke {name} '{Screen.Text(sample, indented: false)}'");
        return ExitCode.Ok;
    }

    static IEnumerable<string> TemplateFiles(string template)
    {
        var prefix = $"Templates/{template}/";
        return typeof(NewVerb).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => name[prefix.Length..]);
    }

    static void Write(string template, string file, string path)
    {
        using (var resource = typeof(NewVerb).Assembly.GetManifestResourceStream($"Templates/{template}/{file}")!)
        using (var target = new FileStream(path, FileMode.CreateNew))
            resource.CopyTo(target);
        if (file == Bootstrap)
            UnixMode.MakeExecutable(path);
    }

    [GeneratedRegex(@"^[a-zA-Z0-9_-]{1,64}\z")]
    private static partial Regex FunctionName();
}
