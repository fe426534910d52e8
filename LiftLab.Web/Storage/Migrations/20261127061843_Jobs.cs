using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LiftLab.Web.Storage.Migrations
{
    /// <summary>
    /// A run's process id with its start mark becomes a handle of the launcher "local". Of a running run the last attempt counts.
    /// </summary>
    public partial class Jobs : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(name: "AttemptsBefore", table: "Runs", type: "INTEGER", nullable: false, defaultValue: 0);
            migrationBuilder.AddColumn<string>(name: "Launcher", table: "Runs", type: "TEXT", nullable: true);
            migrationBuilder.AddColumn<string>(name: "Handle", table: "Runs", type: "TEXT", nullable: true);
            // A handle of which a part is null becomes null.
            // EF's own DropColumn copies the table outside the transaction; SQLite's statement does neither.
            migrationBuilder.Sql(
                """
                UPDATE Runs SET Launcher = 'local', Handle = ProcessId || '@' || ProcessMark, AttemptsBefore = MAX(Attempt - 1, 0)
                WHERE State = 'Running';
                ALTER TABLE Runs DROP COLUMN ProcessId;
                ALTER TABLE Runs DROP COLUMN ProcessMark;
                """
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(name: "ProcessId", table: "Runs", type: "INTEGER", nullable: true);
            migrationBuilder.AddColumn<string>(name: "ProcessMark", table: "Runs", type: "TEXT", nullable: true);
            migrationBuilder.DropColumn(name: "AttemptsBefore", table: "Runs");
            migrationBuilder.DropColumn(name: "Launcher", table: "Runs");
            migrationBuilder.DropColumn(name: "Handle", table: "Runs");
        }
    }
}
